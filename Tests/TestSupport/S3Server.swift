// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// moto's S3 and STS in a process of its own, with signatures checked, and a container's
/// credentials endpoint next to it.
package final class S3Server: Sendable {
    /// Where the server and its credentials are.
    package struct Place: Decodable, Sendable {
        package let endpoint, quirky, identity, containerToken, role, key, secret: String
        /// The quirky store over TLS, the file of the authority that only it knows, and the store's
        /// own certificate with its key, for `localhost`.
        package let secure, authority, certificate: String
    }

    /// Whether the store is another one than moto, by `LOAN_DEFAULT_TEST_S3_ENDPOINT`. There is
    /// one for all tests then, so that they run one after the other, and its users have keys only.
    package static let isForeign =
        ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_S3_ENDPOINT"] != nil

    /// Ways to come to credentials.
    package enum Identity: CaseIterable, Sendable {
        case keys
        case webIdentity
        case container

        /// Those that the store knows.
        package static var known: [Identity] { S3Server.isForeign ? [.keys] : allCases }
    }

    package let place: Place
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    private let folder: TemporaryFolder

    /// Starts the servers.
    package init() throws {
        guard let interpreter = PythonOracle.interpreter else {
            throw PythonOracle.Failure(script: "s3_server.py", status: 0, output: "no Python")
        }
        folder = try TemporaryFolder()
        process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        let script = PythonOracle.repository.appendingPathComponent("Tests/Python/s3_server.py")
        process.arguments = [script.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        place = try JSONDecoder().decode(Place.self, from: Self.line(of: output))
    }

    /// Ends the servers, as an outage does.
    package func stop() {
        guard process.isRunning else { return }
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { stop() }

    /// The environment of a program that uses the servers.
    package func environment(_ identity: Identity = .keys) throws -> [String: String] {
        var environment = [
            "AWS_ENDPOINT_URL": place.endpoint, "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
        // Other stores may not know the checksums that the aws command line sends.
        if Self.isForeign { environment["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required" }
        let token = folder.path("token")
        switch identity {
        case .keys:
            environment["AWS_ACCESS_KEY_ID"] = place.key
            environment["AWS_SECRET_ACCESS_KEY"] = place.secret
        case .webIdentity:
            try Data("eyJhbGciOiJSUzI1NiJ9.e30.c2ln".utf8).write(to: URL(fileURLWithPath: token))
            environment["AWS_ENDPOINT_URL_STS"] = place.identity
            environment["AWS_ROLE_ARN"] = place.role
            environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token
        case .container:
            environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = place.identity + "/v1/credentials"
            environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = place.containerToken
        }
        return environment
    }

    /// Makes a bucket with one object in it.
    package func upload(_ file: String, as key: String, to bucket: String) throws {
        _ = try ask("upload \(bucket) \(key) \(file)")
    }

    /// The keys in a bucket.
    package func keys(in bucket: String) throws -> [String] {
        try ask("list \(bucket)")
    }

    /// Leaves an upload in parts unfinished.
    package func beginUpload(_ key: String, to bucket: String) throws {
        _ = try ask("begin \(bucket) \(key)")
    }

    /// The keys of unfinished uploads to a bucket.
    package func uploads(to bucket: String) throws -> [String] {
        try ask("uploads \(bucket)")
    }

    /// Gives the store at `place.quirky` the ways of other stores.
    package func become(_ quirks: String...) throws {
        _ = try ask("become " + quirks.joined(separator: " "))
    }

    /// Lets the store at `place.quirky` be away for some seconds, from the next request of a
    /// method on whose path holds a text.
    package func goAway(at method: String, _ path: String, seconds: Int) throws {
        _ = try ask("leave \(method) \(path) \(seconds)")
    }

    private func ask(_ question: String) throws -> [String] {
        try input.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
        return try JSONDecoder().decode([String].self, from: Self.line(of: output))
    }

    private static func line(of pipe: Pipe) throws -> Data {
        var line = Data()
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte == Data("\n".utf8) { return line }
            line.append(byte)
        }
        throw PythonOracle.Failure(script: "s3_server.py", status: 1, output: "it has ended")
    }
}
