// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Python's libraries, which figures are compared with.
enum Oracle {
    static var isAvailable: Bool { PythonOracle.isAvailable }
    static let missing = Comment(rawValue: PythonOracle.skipReason)

    /// Whether the interpreter has a package; those that few tests need may be absent.
    static func has(_ package: String) -> Bool {
        guard let interpreter = PythonOracle.interpreter else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = [
            "-c", "import sys, importlib.util as u; sys.exit(u.find_spec('\(package)') is None)",
        ]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// What is said where it is absent.
    static func lacks(_ package: String) -> Comment {
        "the interpreter of the tests has no \(package), or there is none"
    }

    /// The answer of a script to each case.
    static func answers<Case: Encodable, Answer: Decodable>(
        _ script: String,
        _ arguments: [String] = [],
        to cases: [Case],
        as type: Answer.Type = Answer.self
    ) throws -> [Answer] {
        let encoder = JSONEncoder()
        let lines = try cases.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let output = try PythonOracle.run(
            script,
            arguments,
            input: Data(lines.joined(separator: "\n").utf8)
        )
        let answers = try output.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Answer.self, from: Data($0))
        }
        try #require(answers.count == cases.count)
        return answers
    }
}

/// Expects two figures to be equal but for rounding; nil equals nothing.
func expectNear(
    _ value: Double?,
    _ expected: Double,
    within tolerance: Double = 1e-9,
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let distance = value.map { abs($0 - expected) } ?? .infinity
    #expect(
        distance <= tolerance * max(1, abs(expected)),
        "\(what): \(String(describing: value)) is not \(expected)",
        sourceLocation: sourceLocation
    )
}
