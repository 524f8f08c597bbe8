// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The program next to the aws command line, as their users have them.
enum S3Shell {
    /// Runs lines of shell with `aws`, `curl` and `loan-default` at hand; fails on the first error.
    static func run(_ script: String, _ environment: [String: String]) throws -> String {
        let interpreter = try #require(PythonOracle.interpreter)
        let folders = [
            URL(fileURLWithPath: interpreter).deletingLastPathComponent().path,
            URL(fileURLWithPath: Program.path).deletingLastPathComponent().path, "/usr/bin", "/bin",
        ]
        let folder = try TemporaryFolder()
        let (output, errors) = (folder.path("output"), folder.path("errors"))
        for file in [output, errors] {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-euo", "pipefail", "-c", script]
        process.environment = Program.environment(adding: environment)
            .merging(["PATH": folders.joined(separator: ":")]) { $1 }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        let said = try String(contentsOfFile: errors, encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(said)")
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// A folder with invented applications in credit_risk_dataset.csv.
    static func applications(_ rows: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let made = try Program.run([
            "sample-data", "--rows", "\(rows)", "--output",
            folder.path("credit_risk_dataset.csv"),
        ])
        try #require(made.status == 0, "\(made.errors)")
        return folder
    }
}
