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

    /// A run that goes on.
    struct Running {
        fileprivate let process = Process()
        fileprivate let folder: TemporaryFolder
        fileprivate var output: URL { folder.url.appendingPathComponent("output") }
        fileprivate var errors: URL { folder.url.appendingPathComponent("errors") }

        /// Waits for its end.
        func outcome() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8)
            )
        }
    }

    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        program: String = path
    ) throws -> Outcome {
        try start(arguments, environment: environment, input: input, program: program).outcome()
    }

    /// Runs the program without waiting for its end.
    static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        program: String = path
    ) throws -> Running {
        let running = Running(folder: try TemporaryFolder())
        let given = running.folder.url.appendingPathComponent("input")
        try Data(input.utf8).write(to: given)
        try Data().write(to: running.output)
        try Data().write(to: running.errors)
        let process = running.process
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = Self.environment(adding: environment)
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = try FileHandle(forWritingTo: running.output)
        process.standardError = try FileHandle(forWritingTo: running.errors)
        try process.run()
        return running
    }
}
