// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// What a server's TLS does for openssl and curl, as programs.
package enum TLSProbe {
    /// How a handshake went.
    package struct Handshake: Sendable {
        /// Whether both sides finished it.
        package let isDone: Bool
        /// `TLSv1.2` or `TLSv1.3`; "" without one.
        package let version: String
        /// The suite that was agreed on; "" without one.
        package let suite: String
    }

    /// Shakes hands through `openssl s_client`, and leaves.
    package static func handshake(_ port: String, _ options: [String]) throws -> Handshake {
        let (status, output) = try run(
            [
                "timeout", "60", "openssl", "s_client", "-brief", "-connect",
                "127.0.0.1:\(port)", "-servername", "localhost",
            ] + options
        )
        func field(_ name: String) -> String {
            let line = output.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
            return line.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        return Handshake(
            isDone: status == 0 && output.contains("CONNECTION ESTABLISHED"),
            version: field("Protocol version"),
            suite: field("Ciphersuite")
        )
    }

    /// The status of `GET /models` over HTTPS with a token; "000" without an answer.
    package static func status(
        _ port: String,
        _ authority: TestCertificates,
        token: String
    ) throws -> String {
        try run([
            "curl", "--silent", "--max-time", "60", "--cacert", authority.authority, "-o",
            "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer \(token)",
            "https://localhost:\(port)/models",
        ]).output
    }

    /// Runs a program without input; its output holds what it says on either stream.
    private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
