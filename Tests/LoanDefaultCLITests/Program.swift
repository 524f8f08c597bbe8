// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
enum Program {
    /// What a run left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program of the build that these tests are of: it is next to them.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("loan-default").path

    /// The sanitizer that it is built for: `address`, `thread` or nil. The allocator of one keeps
    /// what is freed, so how much memory the program holds says nothing about it; and the program
    /// is several times slower.
    static let sanitizer = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_SANITIZER"]
    static var isSanitized: Bool { sanitizer != nil }

    /// The environment of the tests without what configures the program, and with `added`.
    static func environment(adding added: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("LOAN_DEFAULT_") && !$0.key.hasPrefix("AWS_") }
            .merging(added) { _, new in new }
    }

    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        program: String = path
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let names = ["input", "output", "errors"]
        let files = names.map { folder.url.appendingPathComponent($0) }
        try Data(input.utf8).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = Self.environment(adding: environment)
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: files[1], encoding: .utf8),
            errors: try String(contentsOf: files[2], encoding: .utf8)
        )
    }
}
