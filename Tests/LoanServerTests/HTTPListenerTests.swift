// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import LoanServer
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// The engine with answers of our own making.
@Suite struct HTTPListenerTests {
    private struct Responder: HTTPEntry {
        let reply: @Sendable (HTTPCall) -> HTTPReply

        func match(_ head: HTTPCall) -> HTTPMatch { HTTPRouter().match(head) }

        func respond(to call: HTTPCall) -> HTTPReply { reply(call) }
    }

    /// Serves while `body` runs, then drains.
    private func withServer(
        limits: HTTPLimits = HTTPLimits(),
        _ reply: @escaping @Sendable (HTTPCall) -> HTTPReply,
        _ body: (HTTPListener) async throws -> Void
    ) async throws {
        let server = try await HTTPListener.start(
            host: "127.0.0.1",
            port: 0,
            limits: limits,
            responder: Responder(reply: reply),
            group: MultiThreadedEventLoopGroup.singleton
        )
        do {
            try await body(server)
        } catch {
            await server.drain()
            throw error
        }
        await server.drain()
    }

    private static func request(_ method: String, version: String = "1.1") -> String {
        "\(method) / HTTP/\(version)\r\nHost: a\r\n\r\n"
    }

    private static let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    private func converse(_ server: HTTPListener, _ text: String) async throws -> String {
        try await RawConnection.converse(port: server.port, [.send(Array(text.utf8))])
    }

    /// A call whose body has a million bytes, the last one of its connection.
    private static let large =
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n"
        + String(repeating: " ", count: 1_000_000)

    /// Refuses calls with bodies, at once or later.
    private static func refuse(_ isLate: Bool) -> @Sendable (HTTPCall) -> HTTPReply {
        { call in
            guard call.method == .post else { return .now(HTTPAnswer(200)) }
            return isLate ? .later { HTTPAnswer(429) } : .now(HTTPAnswer(429))
        }
    }

    @Test(arguments: [false, true])
    func bodiesThatAreRefusedAreTakenAtARate(isLate: Bool) async throws {
        var limits = HTTPLimits()
        limits.refusedBytesPerSecondMax = 4_000_000
        limits.refusedBytesAtOnce = 1_000_000
        try await withServer(limits: limits, Self.refuse(isLate)) { server in
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<3 { group.addTask { try await converse(server, Self.large) } }
                for try await refused in group { #expect(refused.hasPrefix("HTTP/1.1 429 ")) }
            }
            // The first one is answered at once; the third waits for itself and for the second.
            #expect(ContinuousClock.now - start >= .milliseconds(490))
            let other = try await converse(server, Self.last)
            #expect(other.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aRefusalWaitsNoLongerThanItsLimit() async throws {
        var limits = HTTPLimits()
        limits.refusedBytesPerSecondMax = 1
        limits.refusedBytesAtOnce = 0
        limits.refusalDelayMax = .milliseconds(200)
        try await withServer(limits: limits, Self.refuse(false)) { server in
            let start = ContinuousClock.now
            let refused = try await converse(server, Self.large)
            #expect(refused.hasPrefix("HTTP/1.1 429 "))
            #expect(ContinuousClock.now - start >= .milliseconds(190))
        }
    }

    @Test func valuesCannotBeginAnotherField() async throws {
        try await withServer { _ in
            .now(HTTPAnswer(200, headers: [("x-name", "a\r\nSet-Cookie: b\u{0}ä")]))
        } _: { server in
            let text = try await converse(server, Self.last)
            #expect(text.contains("\r\nx-name: a??Set-Cookie: b???\r\n"))
        }
    }

    @Test func headHasTheLengthOfABodyThatIsNotSent() async throws {
        try await withServer { _ in
            .now(HTTPAnswer(200, body: .bytes(Array("hello".utf8))))
        } _: { server in
            let text = try await converse(server, Self.request("HEAD") + Self.last)
            let answers = text.components(separatedBy: "HTTP/1.1 200 OK\r\n")
            #expect(answers.count == 3)
            #expect(answers[1].contains("content-length: 5\r\n"))
            #expect(answers[1].hasSuffix("\r\n\r\n"))
            #expect(answers[2].hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test(arguments: [("1.1", "4\r\nab\r\n\r\n1\r\nc\r\n0\r\n\r\n"), ("1.0", "ab\r\nc")])
    func streamsEndInTheWayOfTheirVersion(version: String, body: String) async throws {
        try await withServer { _ in
            let stream = AsyncStream<[UInt8]> { continuation in
                continuation.yield(Array("ab\r\n".utf8))
                continuation.yield([])
                continuation.yield(Array("c".utf8))
                continuation.finish()
            }
            return .now(HTTPAnswer(200, body: .stream(HTTPAnswer.Pieces(stream))))
        } _: { server in
            let following = version == "1.1" ? Self.last : ""
            let text = try await converse(
                server,
                Self.request("GET", version: version) + following
            )
            let parts = text.components(separatedBy: "\r\n\r\n")
            #expect(parts[0].contains("transfer-encoding: chunked") == (version == "1.1"))
            #expect(text.contains("\r\n\r\n" + body))
        }
    }

    @Test func aDrainWaitsForCallsUnderWayAndEndsIdleConnections() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let isWaiting = Mutex(false)
        try await withServer { _ in
            .later {
                isWaiting.withLock { $0 = true }
                for await _ in gate {}
                return HTTPAnswer(200, body: .bytes(Array("late".utf8)))
            }
        } _: { server in
            async let idle = converse(server, "")
            async let text = converse(server, Self.request("GET"))
            #expect(
                try await becomes { isWaiting.withLock { $0 } && server.connectionCount == 2 }
            )
            async let drained: Void = server.drain()
            let nothing = try await idle
            #expect(nothing.isEmpty)
            open.finish()
            await drained
            let answer = try await text
            #expect(answer.contains("\r\nconnection: close\r\n"))
            #expect(answer.hasSuffix("late"))
            #expect(server.connectionCount == 0)
        }
    }

    @Test func clientsThatDoNotReadAreClosed() async throws {
        var limits = HTTPLimits()
        limits.unreadTimeout = .milliseconds(500)
        let large = [UInt8](repeating: 0x78, count: 1 << 20)
        try await withServer(limits: limits) { _ in
            .now(HTTPAnswer(200, body: .bytes(large)))
        } _: { server in
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .connect(host: "127.0.0.1", port: server.port)
                .get()
            let calls = String(repeating: Self.request("GET"), count: 100)
            try await channel.writeAndFlush(ByteBuffer(string: calls)).get()
            #expect(try await becomes { server.connectionCount > 0 })
            #expect(try await becomes { server.connectionCount == 0 })
            try? await channel.close().get()
        }
    }

    /// A client that sends calls and reads nothing by itself.
    private func silentClient(
        _ server: HTTPListener,
        _ calls: String,
        buffer: Int = 4096
    ) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: buffer)
            .connect(host: "127.0.0.1", port: server.port)
            .get()
        try await channel.writeAndFlush(ByteBuffer(string: calls)).get()
        return channel
    }

    /// Waits until something is so; false when it does not become so.
    private func becomes(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    @Test(.timeLimit(.minutes(2)), arguments: [false, true])
    func answersCountUntilTheyAreTaken(isLate: Bool) async throws {
        var limits = HTTPLimits()
        limits.bytesInFlightMax = 60 << 20
        let large = HTTPAnswer(200, body: .bytes([UInt8](repeating: 0x78, count: 24 << 20)))
        try await withServer(limits: limits) { call in
            guard call.query.isEmpty else { return .now(HTTPAnswer(200)) }
            return isLate ? .later { large } : .now(large)
        } _: { server in
            var clients: [any Channel] = []
            for count in 1...2 {
                clients.append(try await silentClient(server, Self.request("GET")))
                #expect(try await becomes { server.bytesInFlight >= count * 24 << 20 })
            }
            // A third would take the sum above the limit.
            let refused = try await converse(server, Self.request("GET"))
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            // What takes no memory is answered.
            let small = Self.last.replacing("GET /", with: "GET /?a")
            #expect(try await converse(server, small).hasPrefix("HTTP/1.1 200 "))
            for client in clients { try? await client.close().get() }
            #expect(try await becomes { server.bytesInFlight == 0 })
            #expect(try await converse(server, Self.last).hasPrefix("HTTP/1.1 200 "))
            #expect(server.bytesInFlight == 0)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func callsAfterAnswersThatAreNotTakenAreNotRead() async throws {
        let calls = Mutex(0)
        let part = [UInt8](repeating: 0x78, count: 64 << 10)
        try await withServer { _ in
            calls.withLock { $0 += 1 }
            return .now(HTTPAnswer(200, body: .bytes(part)))
        } _: { server in
            let client = try await silentClient(
                server,
                String(repeating: Self.request("GET"), count: 1000)
            )
            // The system's buffers take some; then two answers at most wait in the server.
            #expect(try await becomes { server.bytesInFlight >= 64 << 10 })
            #expect(server.bytesInFlight < 512 << 10)
            #expect(calls.withLock { $0 } < 500)
            try? await client.close().get()
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func sharedBodiesTakeNoMemoryForEachAnswer() async throws {
        let count = 8 << 20
        let body = ByteBuffer(repeating: 0x78, count: count)
        let answer = HTTPAnswer(200, body: .shared(body))
        var limits = HTTPLimits()
        // On a busy machine the client may take none of it for half a minute.
        limits.unreadTimeout = .seconds(110)
        try await withServer(limits: limits) { _ in
            .now(answer)
        } _: { server in
            let calls = Self.request("HEAD") + Self.request("GET") + Self.last
            let text = try await converse(server, calls)
            let answers = text.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
            #expect(answers.count == 3)
            #expect(answers.allSatisfy { $0.contains("content-length: \(count)\r\n") })
            let bodies = answers.map { $0.utf8.count { $0 == UInt8(ascii: "x") } }
            #expect(bodies == [0, count, count])
            let client = try await silentClient(server, Self.request("GET"))
            #expect(try await becomes { server.bytesInFlight > 0 })
            #expect(server.bytesInFlight < 4 << 10)
            try? await client.close().get()
            #expect(try await becomes { server.bytesInFlight == 0 })
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func clientsThatReadTooSlowlyAreClosed() async throws {
        var limits = HTTPLimits()
        limits.unreadTimeout = .seconds(2)
        limits.bytesPerSecondMin = 1 << 30
        let large = [UInt8](repeating: 0x78, count: 64 << 20)
        try await withServer(limits: limits) { _ in
            .now(HTTPAnswer(200, body: .bytes(large)))
        } _: { server in
            let client = try await silentClient(server, Self.request("GET"), buffer: 256 << 10)
            let start = ContinuousClock.now
            #expect(try await becomes { server.connectionCount > 0 })
            // Takes some all the time; all of it takes ten seconds and more.
            while server.connectionCount > 0, .now - start < .seconds(8) {
                client.read()
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(server.connectionCount == 0)
            try? await client.close().get()
        }
    }

    @Test func connectionsAreBounded() async throws {
        var limits = HTTPLimits()
        limits.connectionsMax = 1
        limits.connectionsLeavingMax = 0
        try await withServer(limits: limits) { _ in
            .now(HTTPAnswer(200))
        } _: { server in
            async let first = converse(server, "")
            #expect(try await becomes { server.connectionCount > 0 })
            let second = try await converse(server, Self.last)
            #expect(second.isEmpty)
            server.announceDrain()
            await server.drain()
            let nothing = try await first
            #expect(nothing.isEmpty)
        }
    }

    @Test func idleConnectionsMakeRoomForLaterOnes() async throws {
        var limits = HTTPLimits()
        limits.connectionsMax = 4
        limits.idleTimeMin = .milliseconds(10)
        try await withServer(limits: limits) { _ in
            .now(HTTPAnswer(200))
        } _: { server in
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<limits.connectionsMax {
                    tasks.addTask { try await converse(server, "") }
                }
                #expect(try await becomes { server.connectionCount == limits.connectionsMax })
                try await Task.sleep(for: .milliseconds(50))
                let newcomer = try await converse(server, Self.last)
                #expect(newcomer.hasPrefix("HTTP/1.1 200 "))
                #expect(try await becomes { server.connectionCount == 0 })
                for try await text in tasks { #expect(text.isEmpty) }
            }
        }
    }
}
