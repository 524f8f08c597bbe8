// SPDX-License-Identifier: Apache-2.0

import Digest
import Foundation
import ObjectStorage
import Synchronization
import Testing

/// The Python process that plays S3, STS and the credential endpoints, and its commands.
///
/// One process serves all tests of a run; its tests are in one serialized suite, because faults
/// and states are its own.
final class StorageServers: Sendable {
    /// The interpreter that has moto and boto3; nil skips the tests that need them.
    static let python = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_PYTHON"]
    /// Whether the store is another one than moto, by `LOAN_DEFAULT_TEST_S3_ENDPOINT`. Its ways
    /// are its own, and it checks signatures, so that nothing may change requests on their way.
    static let isForeign =
        ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_S3_ENDPOINT"] != nil
    static let shared: Result<StorageServers, any Error> = Result { try StorageServers() }

    struct Ready: Decodable, Sendable {
        let store, moto, proxy, untrusted, identity, key, secret: String
        /// The store over TLS, and the file of the authority that only it knows.
        let `private`, authority: String
        /// A forward proxy.
        let forward: String
    }

    let ready: Ready
    private let input: Pipe
    private let output: Pipe
    private let lock = Mutex(())

    private init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [Self.script("storage_servers.py")]
        (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = try Self.line(from: output)
        ready = try JSONDecoder().decode(Ready.self, from: line)
    }

    static func script(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Python/\(name)").path
    }

    /// Sends a command and decodes its answer.
    func call<Answer: Decodable>(
        _ command: [String: Any],
        as type: Answer.Type = Nothing.self
    ) throws -> Answer {
        let text = try JSONSerialization.data(withJSONObject: command) + [0x0A]
        let line = try lock.withLock { _ in
            try input.fileHandleForWriting.write(contentsOf: text)
            return try Self.line(from: output)
        }
        if let failure = try? JSONDecoder().decode(Failure.self, from: line) { throw failure }
        return try JSONDecoder().decode(type, from: line)
    }

    /// Injects faults into the next requests through the proxy.
    func inject(_ queue: [[String: Any]]) throws {
        _ = try call(["do": "faults", "queue": queue])
    }

    /// Gives the store behind the proxy the ways of other stores, until the next call.
    func become(_ quirks: String...) throws {
        _ = try call(["do": "quirks", "names": quirks])
    }

    /// Lets the store be away for some seconds, from the next request of a method on whose path
    /// holds a text.
    func goAway(at method: String, _ path: String, seconds: Double) throws {
        _ = try call(["do": "quirks", "names": [String](), "outage": [method, path, seconds]])
    }

    /// Method, path, range, checksum and time of the requests since the last `inject`.
    func requests() throws -> [[String]] {
        try call(["do": "requests"], as: Requests.self).requests
    }

    /// How many requests with a method there were since the last `inject`.
    func attempts(_ method: String) throws -> Int {
        try requests().count { $0[0] == method }
    }

    /// A store of the bucket, by the proxy unless the caller says otherwise.
    func store(
        direct: Bool = false,
        bucket: String = "loan-default",
        credentials: (any CredentialsSource)? = nil,
        clock: StoreClock = .system,
        _ change: (inout S3Configuration) -> Void = { _ in },
        onWait: @escaping @Sendable (ObjectStoreError, Duration) -> Void = { _, _ in },
        onNote: @escaping @Sendable (StoreNote) -> Void = { _ in }
    ) throws -> S3Store {
        var configuration = S3Configuration()
        configuration.endpoint = S3Endpoint(direct ? ready.store : ready.proxy)
        configuration.usesPathStyle = true
        configuration.retries.backoffBase = .milliseconds(5)
        change(&configuration)
        let keys = Credentials(accessKeyID: ready.key, secretAccessKey: ready.secret)
        return S3Store(
            bucket: try BucketName(bucket),
            configuration: configuration,
            credentials: credentials ?? FixedCredentials(keys),
            clock: clock,
            onWait: onWait,
            onNote: onNote
        )
    }

    struct Nothing: Decodable {}
    struct Count: Decodable { let count: Int }
    struct Object: Decodable { let sha256, etag, encryption: String }
    struct Keys: Decodable { let keys: [String] }
    struct Requests: Decodable { let requests: [[String]] }
    struct Failure: Decodable, Error { let error: String }

    private static func line(from pipe: Pipe) throws -> Data {
        var line = Data()
        while true {
            guard let byte = try pipe.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
                throw Failure(error: "the servers have ended")
            }
            if byte[byte.startIndex] == 0x0A { return line }
            line += byte
        }
    }
}

/// A fault of the proxy for the next requests of a method to the bucket.
func fault(
    _ kind: String,
    _ method: String,
    times: Int = 1,
    _ more: [String: Any] = [:]
) -> [String: Any] {
    ["kind": kind, "method": method, "times": times, "path": "/loan-default/"]
        .merging(more) { $1 }
}

/// SHA-256 in hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(bytes).map { String(format: "%02x", $0) }.joined()
}
