// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The S3 server in a process of its own, and commands that use it.
struct BenchServer {
    private struct Ready: Decodable {
        let moto: String
        let key: String
        let secret: String
    }

    private let ready: Ready
    /// Its end ends the server.
    private let input = Pipe()

    init(python: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "Tests/Python/storage_servers.py"]
        // Keeps the memory it frees, for both clients: otherwise the server's page faults, four
        // times the client's own work and a matter of luck, are what is measured.
        process.environment = ProcessInfo.processInfo.environment.merging([
            "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0",
            "MALLOC_TRIM_THRESHOLD_": "4000000000",
        ]) { $1 }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty
            else { throw BenchmarkError.commandFailed(python) }
            line += byte
        }
        ready = try JSONDecoder().decode(Ready.self, from: line)
    }

    var endpoint: String { ready.moto }

    /// Runs a command with the server's keys; returns what it prints.
    func run(_ command: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "AWS_ENDPOINT_URL": ready.moto, "AWS_ACCESS_KEY_ID": ready.key,
            "AWS_SECRET_ACCESS_KEY": ready.secret, "AWS_REGION": "us-east-1",
        ]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError.commandFailed(arguments.joined(separator: " "))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
