// SPDX-License-Identifier: Apache-2.0

import Access
import Admission
import Foundation
import LoanRPC
import LoanServer
import Logging
import NIOPosix
import NIOSSL
import TestSupport
import Testing

/// The RPC port with TLS, as `Security` sets it up.
@Suite(.serialized) struct RPCOverTLSTests {
    @Test func servesThoseWhoTrustItsCertificateAndNoOthers() async throws {
        let authority = try TestCertificates()
        try await withServer(authority, try authority.issue("localhost")) { server, _ in
            let trusting = Self.client(authority)
            #expect(await Self.isServed(server, trusting))
            #expect(await !Self.isServed(server, nil))
            #expect(await !Self.isServed(server, .makeClientConfiguration()))
        }
    }

    /// What a client shows where the server asks for a certificate, and whether it is served.
    enum Shown: CaseIterable {
        case known, knownByAnotherName, nothing, ofAnotherAuthority, expired
    }

    @Test("W80: clients need a certificate with an allowed name", arguments: Shown.allCases)
    func clientsNeedACertificateWithAnAllowedName(shown: Shown) async throws {
        let authority = try TestCertificates()
        let other = try TestCertificates()
        let pair: TestCertificates.Pair?
        switch shown {
        case .known: pair = try authority.issue("elsewhere.test", "CLIENT.test")
        case .knownByAnotherName: pair = try authority.issue("stranger.test")
        case .nothing: pair = nil
        case .ofAnotherAuthority: pair = try other.issue("client.test")
        case .expired: pair = try authority.issue("client.test", days: -1)
        }
        let own = try authority.issue("localhost")
        try await withServer(authority, own, clientNames: ["client.test"]) { server, _ in
            var client = Self.client(authority)
            if let pair {
                client.certificateChain = try NIOSSLCertificate.fromPEMFile(pair.certificate)
                    .map { .certificate($0) }
                client.privateKey = try .privateKey(NIOSSLPrivateKey(file: pair.key, format: .pem))
            }
            #expect(await Self.isServed(server, client) == (shown == .known))
        }
    }

    @Test(
        "W79 W80: other protocols and old versions are closed",
        arguments: [
            ["-alpn", "h2"], ["-alpn", "http/1.1"], [],
            ["-alpn", "ldp/1", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"],
        ]
    )
    func otherProtocolsAndOldVersionsAreClosed(options: [String]) async throws {
        let authority = try TestCertificates()
        try await withServer(authority, try authority.issue("localhost")) { server, _ in
            let outcome = try Self.openssl(server.port, options)
            // 124 is timeout's: the server would have gone on.
            #expect(outcome.status != 124)
            #expect(outcome.output.isEmpty)
            #expect(await Self.isServed(server, Self.client(authority)))
        }
    }

    @Test func theProtocolItselfIsServedToOpenssl() async throws {
        let authority = try TestCertificates()
        try await withServer(authority, try authority.issue("localhost")) { server, _ in
            let outcome = try Self.openssl(server.port, ["-alpn", "ldp/1"], patience: 2)
            #expect(outcome.status == 124)
            #expect(outcome.output.first == FrameHeader.magic)
        }
    }

    @Test func aReloadedCertificateIsShownToNewConnections() async throws {
        let authority = try TestCertificates()
        let (first, second) = (try authority.issue("localhost"), try TestCertificates())
        try await withServer(authority, first) { server, security in
            #expect(await Self.isServed(server, Self.client(authority)))
            let other = try second.issue("localhost")
            for (old, new) in [(first.certificate, other.certificate), (first.key, other.key)] {
                try FileManager.default.removeItem(atPath: old)
                try FileManager.default.copyItem(atPath: new, toPath: old)
            }
            try security.reload()
            #expect(await !Self.isServed(server, Self.client(authority)))
            #expect(await Self.isServed(server, Self.client(second)))
        }
    }

    // MARK: Support

    private static func client(_ authority: TestCertificates) -> TLSConfiguration {
        var client = TLSConfiguration.makeClientConfiguration()
        client.trustRoots = .file(authority.authority)
        return client
    }

    private static func isServed(_ server: RPCServer, _ tls: TLSConfiguration?) async -> Bool {
        var configuration = RPCClientConfiguration(host: "localhost", port: server.port)
        configuration.tls = tls
        // Tests that wait for programs may hold the threads of this one for a while.
        configuration.timeout = .seconds(120)
        configuration.connectTimeout = .seconds(60)
        let client = RPCClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let answer = try? await client.ping([5])
        await client.close()
        return answer == [5]
    }

    /// Greets the server through `openssl s_client`; its output is what the server sent inside TLS.
    private static func openssl(
        _ port: Int,
        _ options: [String],
        patience: Int = 20
    ) throws -> (status: Int32, output: Data) {
        let folder = try TemporaryFolder()
        let greeting = folder.url.appendingPathComponent("greeting")
        var bytes = Preface.bytes
        bytes += [FrameHeader.magic, 1] + [UInt8](repeating: 0, count: 10)
        try Data(bytes).write(to: greeting)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "timeout", "\(patience)", "openssl", "s_client", "-quiet", "-connect",
                "127.0.0.1:\(port)",
            ] + options
        process.standardInput = try FileHandle(forReadingFrom: greeting)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let received = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, received)
    }

    private func withServer(
        _ authority: TestCertificates,
        _ pair: TestCertificates.Pair,
        clientNames: [String] = [],
        _ body: (RPCServer, Security) async throws -> Void
    ) async throws {
        let security = try Security(
            SecurityConfiguration(
                tokenFile: nil,
                tlsCertificate: pair.certificate,
                tlsKey: pair.key,
                tlsClientCA: clientNames.isEmpty ? nil : authority.authority,
                tlsClientNames: clientNames
            )
        )
        var configuration = RPCServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.addTLS = { try security.secure($0, for: .rpc) }
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let server = try await RPCServer.start(
            configuration,
            predictor: NoModels(),
            control: NoModels(),
            pool: PredictPool(threads, threadCount: 1, limits: configuration.limits.admission),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            try await body(server, security)
        } catch {
            await server.close()
            try await threads.shutdownGracefully()
            throw error
        }
        await server.close()
        try await threads.shutdownGracefully()
    }
}

/// A server that answers Ping only.
private struct NoModels: PredictHandler, ControlHandler {
    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        throw RPCStatus(.notFound, "no model")
    }

    func answer(
        _ method: LoanRPC.Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8] {
        throw RPCStatus(.notFound, "no model")
    }
}
