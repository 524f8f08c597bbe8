// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Runs scripts of Tests/Python with the interpreter that `make test` prepares.
package enum PythonOracle {
    /// Path of the interpreter; nil outside `make test`.
    package static let interpreter = ProcessInfo.processInfo
        .environment["LOAN_DEFAULT_TEST_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }

    package static var isAvailable: Bool { interpreter != nil }

    /// The reason a test gives when it is skipped.
    package static let skipReason = "LOAN_DEFAULT_TEST_PYTHON is not set; run `make test`"

    /// Why a script gave no answer.
    package struct Failure: Error, CustomStringConvertible {
        package let script: String
        package let status: Int32
        package let output: String
        package var description: String { "\(script) exited with \(status): \(output)" }
    }

    /// Runs `script` with `arguments`, feeds it `input` and returns its standard output.
    package static func run(
        _ script: String,
        _ arguments: [String] = [],
        input: Data = Data()
    ) throws -> Data {
        let folder = try TemporaryFolder()
        let inputFile = folder.url.appendingPathComponent("input")
        try input.write(to: inputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter ?? "/usr/bin/python3")
        let path = repository.appendingPathComponent("Tests/Python/\(script)").path
        process.arguments = [path] + arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.standardError
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                script: script,
                status: process.terminationStatus,
                output: String(decoding: bytes.suffix(2000), as: UTF8.self)
            )
        }
        return bytes
    }

    /// The root of the sources.
    package static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// A folder that is removed with this value's last reference.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("loan-default-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// The path of `name` inside the folder.
    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    deinit { try? FileManager.default.removeItem(at: url) }
}
