// SPDX-License-Identifier: Apache-2.0

/// One way in from outside: a name, bytes to begin with, and what is done with any bytes at all.
///
/// The fuzzer and the tests that replay its corpus run the same closures. A target takes every
/// input without a crash; what must hold beyond that it says itself.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Valid inputs, which mutation starts from.
    package let seeds: @Sendable () -> [[UInt8]]
    /// Handles one input and returns what was wrong about it; nil is as it must be.
    package let run: @Sendable ([UInt8]) -> String?

    /// All targets, in the order in which they are run.
    package static let all: [FuzzTarget] = [
        .connection, .predictMessage, .controlMessages, .http, .grpc, .json, .records, .model,
        .modelArtifact, .preprocessor, .csv, .content, .matrix, .schema, .policy, .storageAnswers,
        .signing, .record,
    ]
}

/// Takes an input apart from its front.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A number from 0 up to `limit`, which it includes.
    mutating func number(upTo limit: Int) -> Int {
        let number = Int(byte()) << 8 | Int(byte())
        return number % (limit + 1)
    }

    /// Text up to the next line end.
    mutating func line() -> String {
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        rest = rest.dropFirst(line.count + 1)
        return String(decoding: line, as: UTF8.self)
    }
}

/// What came of reading something: a value, or that it was refused.
func accepted<Value, Failure>(_ read: () throws(Failure) -> Value) -> Value? {
    do throws(Failure) { return try read() } catch { return nil }
}
