// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The Python interpreter that the differential tests compare with.
enum Python {
    static let missing = Comment(rawValue: PythonOracle.skipReason)
    static var isAvailable: Bool { PythonOracle.isAvailable }

    /// Runs a script of `Tests/Python` and gives the lines it prints.
    static func run(_ script: String, _ arguments: [String], input: String = "") throws -> [Data] {
        try PythonOracle.run(script, arguments, input: Data(input.utf8))
            .split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }
}

/// Gives a folder of its own to `body` and removes it after.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("loan-model-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
