// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import HTTPServer
import LoanRPC
import LoanServer
import LoanService
import Logging
import NIOPosix
import NIOSSL
import Observability
import ServiceLifecycle
import TestSupport
import Testing

/// HTTP/1.1, gRPC and the binary RPC on the port of HTTP, over sockets.
@Suite struct OnePortTests {
    @Test func allProtocolsAreServedOnOnePortAtTheSameTime() async throws {
        try await withServer { server in
            let port = server.port
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<10 {
                    tasks.addTask {
                        let answer = try await Self.ping(port)
                        #expect(answer == [5])
                    }
                    tasks.addTask {
                        let text = try await RawConnection.converse(port: port, [.send(Self.get)])
                        #expect(text.hasPrefix("HTTP/1.1 200"))
                    }
                    tasks.addTask {
                        // What is awaited is the message SERVING of the answer.
                        let text = try await RawConnection.converse(
                            port: port,
                            [.send(Self.healthCheck), .await(Self.serving), .finish]
                        )
                        #expect(text.contains(Self.serving))
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func connectionsAreCountedWhereTheirProtocolCountsThem() async throws {
        try await withServer { server in
            let client = Self.client(server.port)
            let answer = try await client.ping([5])
            #expect(answer == [5])
            let text = server.metrics.text
            #expect(text.contains("\nloan_default_rpc_connections 1\n"), "\(text)")
            #expect(text.contains("\nloan_default_http_connections 0\n"), "\(text)")
            #expect(text.contains("loan_default_rpc_calls_total{method=\"ping\"} 1"), "\(text)")
            await client.close()
        }
    }

    @Test func aTokenIsAskedForAsOnThePortOfTheRPC() async throws {
        let tokens = try TemporaryFolder()
        let token = "reader-0123456789"
        let file = tokens.url.appendingPathComponent("tokens")
        try Data("predict \(token)\n".utf8).write(to: file)
        let security = try Security(SecurityConfiguration(tokenFile: file.path))
        try await withServer(security: security) { server in
            let answer = try await Self.ping(server.port, token: token)
            #expect(answer == [5])
            await #expect(throws: RPCStatus.self) { try await Self.ping(server.port) }
            await #expect(throws: RPCStatus.self) {
                try await Self.ping(server.port, token: "wrong-0123456789")
            }
        }
    }

    @Test func withTLSTheProtocolIsAgreedOnByItsName() async throws {
        let authority = try TestCertificates()
        let own = try authority.issue("localhost")
        let security = try Security(
            SecurityConfiguration(
                tokenFile: nil,
                tlsCertificate: own.certificate,
                tlsKey: own.key,
                tlsClientCA: nil,
                tlsClientNames: []
            )
        )
        try await withServer(security: security) { server in
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authority.authority)
            let answer = try await Self.ping(server.port, tls: tls)
            #expect(answer == [5])
            await #expect(throws: (any Error).self) { try await Self.ping(server.port) }
        }
    }

    @Test func aDrainAsksConnectionsOfTheRPCToEnd() async throws {
        try await withServer { server in
            async let text = RawConnection.converse(
                port: server.port,
                [.send(Wire.greeting()), .await("loan-default")]
            )
            while !server.metrics.text.contains("\nloan_default_rpc_connections 1\n") {
                try await Task.sleep(for: .milliseconds(5))
            }
            await server.stop()
            let last = try await text
            #expect(last.contains("draining"))
        }
    }

    @Test func anotherVersionOfTheRPCIsRefusedInItsOwnWords() async throws {
        try await withServer { server in
            let greeting = Preface.bytes.dropLast() + [Preface.majorVersion + 1]
            let text = try await RawConnection.converse(
                port: server.port,
                [.send(Array(greeting))]
            )
            #expect(text.contains("major version 2; supported: 1 to 1"))
        }
    }

    @Test(
        "W87: first bytes that do not go on are a request that is too slow",
        arguments: [Array(Preface.bytes.prefix(3)), Array("PR".utf8)]
    )
    func firstBytesThatDoNotGoOnAreARequestThatIsTooSlow(bytes: [UInt8]) async throws {
        var limits = HTTPLimits()
        limits.requestTimeout = .milliseconds(200)
        try await withServer(limits: limits) { server in
            let text = try await RawConnection.converse(port: server.port, [.send(bytes)])
            #expect(text.hasPrefix("HTTP/1.1 408"), "\(text)")
        }
    }

    // MARK: Clients

    private static let get = Array(
        "GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8
    )
    private static let healthCheck =
        HTTP2Frame.preface
        + [
            HTTP2Frame.headers(1, HTTP2Frame.call("/grpc.health.v1.Health/Check")),
            .data(1, [0, 0, 0, 0, 0], isEnd: true),
        ].flatMap(\.bytes)
    private static let serving = "\u{0}\u{0}\u{0}\u{0}\u{2}\u{8}\u{1}"

    private static func client(
        _ port: Int,
        token: String? = nil,
        tls: TLSConfiguration? = nil
    ) -> RPCClient {
        var configuration = RPCClientConfiguration(
            host: tls == nil ? "127.0.0.1" : "localhost",
            port: port
        )
        configuration.token = token.map { Array($0.utf8) }
        configuration.tls = tls
        return RPCClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
    }

    private static func ping(
        _ port: Int,
        token: String? = nil,
        tls: TLSConfiguration? = nil
    ) async throws -> [UInt8] {
        let client = client(port, token: token, tls: tls)
        do {
            let answer = try await client.ping([5])
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }

    // MARK: The server

    private struct OnePort {
        let port: Int
        let metrics: MetricsRegistry
        let stop: @Sendable () async -> Void
    }

    private func withServer(
        limits: HTTPLimits = HTTPLimits(),
        security: Security? = nil,
        _ body: (OnePort) async throws -> Void
    ) async throws {
        let storage = try TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let metrics = MetricsRegistry()
        let service = try LoanService(
            storageRoot: storage.url.path,
            environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            threadCount: 1,
            logger: logger
        )
        let admission = AdmissionControl(threadCount: 1)
        var configuration = RPCServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        if let security {
            configuration.tokens = { security.tokens }
            if security.usesTLS {
                configuration.addTLS = { try security.secure($0, for: .rpc) }
            }
        }
        let rpc = RPCListener(
            configuration: configuration,
            service: service,
            admission: admission,
            metrics: metrics,
            logger: logger,
            on: MultiThreadedEventLoopGroup.singleton
        )
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let http = HTTPApplication(
            service: service,
            limits: limits,
            security: security,
            metrics: metrics,
            logger: logger
        ).listener(
            host: "127.0.0.1",
            port: 0,
            speaking: [rpc.opening],
            on: MultiThreadedEventLoopGroup.singleton
        ) { listening.yield($0.port) }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: http), .init(service: rpc)],
                logger: logger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            let server = OnePort(port: port, metrics: metrics) {
                await group.triggerGracefulShutdown()
            }
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        try await admission.stop()
    }
}
