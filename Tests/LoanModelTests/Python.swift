// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The Python interpreter that the differential tests compare with.
enum Python {
    static let variable = "LOAN_DEFAULT_TEST_PYTHON"
    static let missing: Comment = "LOAN_DEFAULT_TEST_PYTHON names no Python with scikit-learn"
    static var interpreter: String? { ProcessInfo.processInfo.environment[variable] }
    static var isAvailable: Bool { interpreter != nil }

    struct Failure: Error {
        let status: Int32
    }

    /// Runs a script of `Tests/Python` and gives the lines it prints.
    static func run(_ script: String, _ arguments: [String], input: String = "") throws -> [Data] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(interpreter))
        let scripts = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Python")
        process.arguments = [scripts.appendingPathComponent(script).path] + arguments
        return try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("input")
            try Data(input.utf8).write(to: file)
            let output = Pipe()
            process.standardInput = try FileHandle(forReadingFrom: file)
            process.standardOutput = output
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(status: process.terminationStatus)
            }
            return bytes.split(separator: UInt8(ascii: "\n")).map { Data($0) }
        }
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
