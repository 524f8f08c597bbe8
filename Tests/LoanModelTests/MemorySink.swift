// SPDX-License-Identifier: Apache-2.0

import LoanModel
import ModelValidation

/// A matrix file in memory, which can be made to fail.
struct MemorySink: MatrixSink {
    struct Failure: Error, Equatable {
        let name: String
    }

    let name: String
    /// Bytes after which the sink fails.
    var byteLimit = Int.max
    private(set) var bytes: [UInt8] = []
    private(set) var shape: MatrixShape?
    private(set) var isEnded = false

    init(_ name: String, byteLimit: Int = .max) {
        self.name = name
        self.byteLimit = byteLimit
    }

    mutating func begin(_ shape: MatrixShape) throws(Failure) { self.shape = shape }

    mutating func append(_ bytes: RawSpan) throws(Failure) {
        // Safe: the buffer is copied before the call returns.
        unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
        if self.bytes.count > byteLimit { throw Failure(name: name) }
    }

    mutating func end() throws(Failure) { isEnded = true }
}

/// The files of a data step in memory, by the names of the documented ones.
struct MemorySinks {
    var parts: [DataPartSinks<MemorySink>]

    /// Empty files; the one called `failing` takes no more than 200 bytes.
    static func memory(failing: String = "", parts: [SplitPart] = [.train, .test]) -> Self {
        func sink(_ name: String) -> MemorySink {
            MemorySink(name, byteLimit: name == failing ? 200 : .max)
        }
        return Self(
            parts: parts.map { part in
                DataPartSinks(
                    features: sink("X\(part.rawValue)"),
                    labels: sink("y\(part.rawValue)"),
                    weights: sink("w\(part.rawValue)")
                )
            }
        )
    }

    var trainFeatures: MemorySink { parts[0].features }
    var trainLabels: MemorySink { parts[0].labels }
    var testFeatures: MemorySink { parts[parts.count - 1].features }
    var testLabels: MemorySink { parts[parts.count - 1].labels }
    var weights: (train: MemorySink, test: MemorySink) {
        (parts[0].weights, parts[parts.count - 1].weights)
    }

    var all: [MemorySink] { [trainFeatures, trainLabels, testFeatures, testLabels] }
}
