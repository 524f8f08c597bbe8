// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default serve` as a program, over a folder with a small model: `models/model.joblib`
/// next to `data`.
struct ServedProgram {
    let folder: TemporaryFolder
    let process: Process
    /// Ports, as the log names them.
    let http: String
    let rpc: String
    let metrics: String
    private let log: URL

    /// Serves while `body` runs.
    /// - Parameters:
    ///   - options: more options of `serve`.
    ///   - prefix: a command that becomes the program, such as `prlimit --nofile=64`.
    ///   - environment: more variables.
    static func with(
        _ options: [String] = [],
        prefix: [String] = [],
        environment: [String: String] = [:],
        _ body: (ServedProgram) throws -> Void
    ) throws {
        let folder = try modelFolder()
        let log = folder.url.appendingPathComponent("log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            prefix + [
                Program.path, "serve", "--storage-root", folder.url.path, "--http-port", "0",
                "--rpc-port",
                "0", "--metrics-port", "0",
            ] + options
        process.environment = Program.environment(adding: environment)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        defer {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
        try body(
            ServedProgram(
                folder: folder,
                process: process,
                http: try port(in: log, of: "HTTP is listening"),
                rpc: try port(in: log, of: "RPC is listening"),
                metrics: try port(in: log, of: "health and metrics are listening"),
                log: log
            )
        )
    }

    /// All that was logged so far.
    func logText() throws -> String { try String(contentsOf: log, encoding: .utf8) }

    /// The port that a message of the log names, which comes in time.
    func port(of message: String) throws -> String { try Self.port(in: log, of: message) }

    /// Whether the log says this, now or soon.
    func logs(_ text: String, within time: Duration = .seconds(60)) throws -> Bool {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            if try logText().contains(text) { return true }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return false
    }

    /// Asks over HTTP and waits for the answer.
    func answer(
        _ method: String,
        _ path: String,
        port: String,
        body: String? = nil,
        headers: [String: String] = [:]
    ) throws -> (status: Int, text: String) {
        try Call(method, path, port: port, body: body, headers: headers).answer()
    }

    /// Asks over HTTP without waiting.
    func start(_ method: String, _ path: String, body: String? = nil) throws -> Call {
        try Call(method, path, port: http, body: body)
    }

    /// Whether it becomes ready in time.
    func isReady(within time: Duration) throws -> Bool {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            if try answer("GET", "/readyz", port: metrics).status == 200 { return true }
        }
        return false
    }

    /// Descriptors that the program holds.
    var descriptorCount: Int {
        let folder = "/proc/\(process.processIdentifier)/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
    }

    /// A number of the program's `/proc/PID/status`: VmRSS in KiB, Threads.
    func status(_ name: String) -> Int {
        let path = "/proc/\(process.processIdentifier)/status"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            ?? 0
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// The exit code; nil when it does not end in time.
    func exitStatus(within time: Duration) -> Int32? {
        let end = ContinuousClock.now + time
        while process.isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.02) }
        return process.isRunning ? nil : process.terminationStatus
    }

    /// A call by curl.
    struct Call {
        private let process = Process()
        private let output = Pipe()

        init(
            _ method: String,
            _ path: String,
            port: String,
            body: String? = nil,
            headers: [String: String] = [:]
        ) throws {
            let fields = headers.flatMap { ["-H", "\($0.key): \($0.value)"] }
            let data = body.map { ["--data-binary", $0] } ?? []
            process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
            process.arguments =
                [
                    "--silent", "--max-time", "60", "-X", method, "-w", "\n%{http_code}", "-H",
                    "Content-Type: application/json",
                ] + fields + data + ["http://127.0.0.1:\(port)\(path)"]
            process.standardOutput = output
            try process.run()
        }

        /// Waits for the answer; status 0 is none.
        func answer() -> (status: Int, text: String) {
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            var lines = String(decoding: bytes, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            let status = lines.popLast().flatMap { Int($0) } ?? 0
            return (status, lines.joined(separator: "\n"))
        }
    }

    /// A folder with prepared data and a model of 20 rounds.
    private static func modelFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for step in [
            ["sample-data", "--rows", "2000", "--output", folder.path("a.csv")],
            [
                "data", "--local-path", folder.path("a.csv"), "--target-path",
                folder.path("data"), "--size", "3000", "--seed", "1",
            ],
            [
                "train", "--local-data-path", folder.path("data"), "--local-model-path",
                folder.path("models"), "--model-name", "model.joblib", "--rounds", "20",
            ],
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        return folder
    }

    private static func port(in log: URL, of message: String) throws -> String {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
            // In either format of the log.
            if let line = lines.first(where: { $0.contains(message) }),
                let match = line.firstMatch(of: /\bport(?:":"|=)(\d+)/)
            {
                return String(match.1)
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw POSIXError(.ETIMEDOUT)
    }
}
