// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import HTTP2
import HTTPServer
import Machine
import NIOCore
import NIOEmbedded
import Synchronization
import TestSupport
import Testing

/// A connection without a socket: what a client's frames are answered.
@Suite struct GRPCChannelHandlerTests {
    /// Answers of the routes of these tests.
    private static func router(_ seen: Counter = Counter()) -> HTTPRouter {
        var router = HTTPRouter()
        let echo: HTTPRouter.Handler = { call in
            seen.add()
            return .now(
                HTTPAnswer(200, contentType: RefusalForm.messageType, body: .bytes(call.body))
            )
        }
        router.on(.post, "/t.Test/Echo", .scores(.tensors, .status), echo)
        router.on(.post, "/t.Test/Echoes", .scores(.tensors, .status, messages: .many), echo)
        return router
    }

    private final class Counter: Sendable {
        private let number = Atomic(0)
        func add() { number.add(1, ordering: .relaxed) }
        var count: Int { number.load(ordering: .relaxed) }
    }

    /// A connection that has begun, and its frames so far.
    private struct Connection {
        let channel: EmbeddedChannel
        let shared: HTTPServerShared
        let handler: GRPCChannelHandler

        init(
            _ router: HTTPRouter,
            limits: HTTPLimits = HTTPLimits(),
            grpc: GRPCLimits = GRPCLimits()
        ) throws {
            shared = HTTPServerShared(responder: router, limits: limits, usesTLS: false)
            handler = GRPCChannelHandler(
                shared,
                responder: router,
                limits: grpc,
                lane: 1,
                jitter: 0
            )
            channel = EmbeddedChannel(handler: handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            // The server's settings count from their acknowledgment on.
            _ = try send(HTTP2Frame.preface + HTTP2Frame(.settings, flags: 1).bytes)
        }

        /// What is answered to bytes.
        func send(_ bytes: [UInt8]) throws -> [HTTP2Frame] {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            return try sent()
        }

        /// What is answered to frames.
        func send(_ frames: [HTTP2Frame]) throws -> [HTTP2Frame] {
            try send(frames.flatMap(\.bytes))
        }

        /// What was sent since the last time.
        func sent() throws -> [HTTP2Frame] {
            var bytes: [UInt8] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                bytes += buffer.readableBytesView
            }
            return HTTP2Frame.frames(of: bytes)
        }
    }

    private static func message(_ bytes: [UInt8]) -> [UInt8] {
        GRPCMessageReader.prefix(bytes.count) + bytes
    }

    @Test func aMessageIsAnsweredByAMessageBetweenHeadAndTrailers() throws {
        let connection = try Connection(Self.router())
        let frames = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")),
            .data(1, Self.message([1, 2]), isEnd: true),
        ]).filter { $0.stream == 1 }
        let body = frames.filter { $0.isA(.data) }.flatMap(\.payload)
        #expect(body == Self.message([1, 2]))
        #expect(frames.first?.isA(.headers) == true)
        #expect(
            frames.last.map { $0.isA(.headers) && $0.flags & HTTP2Frame.endStream != 0 } == true
        )
    }

    @Test func theMessagesOfAStreamAreAnsweredInOrderBeforeItEnds() throws {
        let connection = try Connection(Self.router())
        let first = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echoes")),
            .data(1, Self.message([1]) + Self.message([2]) + [0, 0]),
        ])
        let body = first.filter { $0.isA(.data) }.flatMap(\.payload)
        #expect(body == Self.message([1]) + Self.message([2]))
        let second = try connection.send([.data(1, [0, 0, 1, 3], isEnd: true)])
        #expect(second.filter { $0.isA(.data) }.flatMap(\.payload) == Self.message([3]))
        #expect(second.contains { $0.isA(.headers) && $0.flags & HTTP2Frame.endStream != 0 })
    }

    @Test("G07: a message above the limit costs its first bytes only")
    func aMessageAboveTheLimitCostsItsFirstBytesOnly() throws {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 1000
        let seen = Counter()
        let connection = try Connection(Self.router(seen), limits: limits)
        let frames = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")),
            .data(1, GRPCMessageReader.prefix(1001) + [UInt8](repeating: 0, count: 500)),
        ]).filter { $0.stream == 1 }
        // The answer, and after it the request to send no more.
        #expect(frames.map(\.kind) == [1, 3])
        #expect(connection.shared.bytesInFlight == 0)
        #expect(seen.count == 0)
    }

    @Test("G09: who takes no answers gets no further window")
    func whoTakesNoAnswersGetsNoFurtherWindow() throws {
        var limits = GRPCLimits()
        limits.unsentBytesMax = 1000
        let seen = Counter()
        let connection = try Connection(Self.router(seen), grpc: limits)
        _ = try connection.send([.headers(1, HTTP2Frame.call("/t.Test/Echoes"))])
        // The answer is longer than what the client takes, so that what follows waits.
        let long = Self.message([UInt8](repeating: 0, count: 79_995))
        var frames: [HTTP2Frame] = []
        for start in stride(from: 0, to: long.count, by: 16_000) {
            frames += try connection.send([.data(1, Array(long[start..<start + 16_000]))])
        }
        #expect(seen.count == 1)
        let before = frames.filter { $0.isA(.windowUpdate) && $0.stream == 1 }.count
        for _ in 0..<40 {
            frames += try connection.send([
                .data(1, Self.message([UInt8](repeating: 0, count: 15_000)))
            ])
        }
        #expect(frames.filter { $0.isA(.windowUpdate) && $0.stream == 1 }.count <= before + 1)
        #expect(seen.count == 1)
        // Once it takes them, it goes on.
        let room = HTTP2Frame(.windowUpdate, stream: 1, payload: [0, 0x7F, 0, 0])
        let whole = HTTP2Frame(.windowUpdate, payload: [0, 0x7F, 0, 0])
        _ = try connection.send([room, whole])
        #expect(seen.count == 41)
    }

    @Test func whatAConnectionHoldsIsCountedAndGivenBack() throws {
        let connection = try Connection(Self.router())
        _ = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")),
            .data(1, GRPCMessageReader.prefix(5000) + [UInt8](repeating: 0, count: 4000)),
        ])
        #expect(connection.shared.bytesInFlight == 4000)
        _ = try connection.send([.reset(1)])
        #expect(connection.shared.bytesInFlight == 0)
        _ = try connection.send([
            .headers(3, HTTP2Frame.call("/t.Test/Echo")),
            .data(3, GRPCMessageReader.prefix(5000) + [UInt8](repeating: 0, count: 4000)),
        ])
        _ = try connection.channel.finish()
        #expect(connection.shared.bytesInFlight == 0)
        #expect(connection.shared.openChannels.isEmpty)
    }

    @Test("G15: no further bytes are taken when all connections hold too much")
    func noFurtherBytesAreTakenWhenAllConnectionsHoldTooMuch() throws {
        var limits = HTTPLimits()
        limits.bytesInFlightMax = 6000
        let connection = try Connection(Self.router(), limits: limits)
        _ = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")),
            .data(1, GRPCMessageReader.prefix(5000) + [UInt8](repeating: 0, count: 4000)),
        ])
        let refused = try connection.send([
            .headers(3, HTTP2Frame.call("/t.Test/Echo")),
            .data(3, GRPCMessageReader.prefix(5000) + [UInt8](repeating: 0, count: 4000)),
        ]).filter { $0.stream == 3 }
        #expect(refused.first?.isA(.headers) == true)
        // The other one goes on.
        let frames = try connection.send([.data(1, [UInt8](repeating: 0, count: 1000), isEnd: true)]
        )
        #expect(frames.filter { $0.isA(.data) && $0.stream == 1 }.flatMap(\.payload).count == 5005)
    }

    @Test(
        "G11: what is not a call is answered by its head",
        arguments: [
            [
                (":method", "GET"), (":scheme", "http"), (":path", "/t.Test/Echo"),
                (":authority", "t"),
            ],
            [
                (":method", "POST"), (":scheme", "http"), (":path", "/t.Test/Echo"),
                (":authority", "t"), ("content-type", "application/json"),
            ],
            HTTP2Frame.call("/t.Test/Absent"),
            HTTP2Frame.call("/t.Test/Echo", [("grpc-encoding", "br")]),
            HTTP2Frame.call("/t.Test/Echo", [("grpc-timeout", "1")]),
        ]
    )
    func whatIsNotACallIsAnsweredByItsHead(_ fields: [(String, String)]) throws {
        let seen = Counter()
        let connection = try Connection(Self.router(seen))
        let frames = try connection.send([.headers(1, fields)]).filter { $0.stream == 1 }
        #expect(frames.map(\.kind) == [1, 3])
        #expect(seen.count == 0)
    }

    @Test("G16: a drain lets calls end, and then the connection")
    func aDrainLetsCallsEndAndThenTheConnection() throws {
        let connection = try Connection(Self.router())
        _ = try connection.send([.headers(1, HTTP2Frame.call("/t.Test/Echo"))])
        connection.channel.pipeline.fireUserInboundEventTriggered(HTTPDrainRequest())
        #expect(try connection.sent().contains { $0.isA(.goAway) })
        #expect(connection.channel.isActive)
        let frames = try connection.send([.data(1, Self.message([1]), isEnd: true)])
        #expect(frames.contains { $0.isA(.data) && $0.stream == 1 })
    }

    @Test func bytesOfAnotherProtocolEndTheConnectionAtOnce() throws {
        let shared = HTTPServerShared(
            responder: Self.router(),
            limits: HTTPLimits(),
            usesTLS: false
        )
        let channel = EmbeddedChannel(
            handler: GRPCChannelHandler(shared, responder: Self.router(), lane: 1)
        )
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        #expect(!channel.isActive)
        #expect(shared.openChannels.isEmpty)
    }

    @Test("G02: a flood is sent away")
    func aFloodIsSentAway() throws {
        var limits = GRPCLimits()
        limits.http2.idleFramesBurst = 100
        let connection = try Connection(Self.router(), grpc: limits)
        let frames = try connection.send([HTTP2Frame](repeating: .ping, count: 200))
        #expect(frames.contains { $0.isA(.goAway) && Array($0.payload[4...7]) == [0, 0, 0, 11] })
        #expect(!connection.channel.isActive)
    }

    @Test("G02: messages before a flood in one read are dropped with the connection")
    func messagesBeforeAFloodAreDropped() throws {
        var limits = GRPCLimits()
        limits.http2.idleFramesBurst = 100
        let connection = try Connection(Self.router(), grpc: limits)
        let frames = try connection.send(
            [
                .headers(1, HTTP2Frame.call("/t.Test/Echo")),
                .data(1, Self.message([1, 2]), isEnd: true),
            ] + [HTTP2Frame](repeating: .ping, count: 200)
        )
        #expect(frames.contains { $0.isA(.goAway) && Array($0.payload[4...7]) == [0, 0, 0, 11] })
        #expect(!connection.channel.isActive)
        #expect(connection.shared.bytesInFlight == 0)
    }

    @Test("G05: fields that grow when they are read are sent away")
    func fieldsThatGrowWhenTheyAreReadAreSentAway() throws {
        let connection = try Connection(Self.router())
        var head = HTTP2Frame.headers(1, HTTP2Frame.call("/t.Test/Echo"))
        // A field of 3,000 bytes that the table keeps, and then a byte for each time it is meant.
        head.payload += [0x40, 1, 0x78, 0x7F, 0xB9, 0x16] + [UInt8](repeating: 0x61, count: 3000)
        head.payload += [UInt8](repeating: 0xBE, count: 10_000)
        let frames = try connection.send([head])
        #expect(frames.contains { $0.isA(.goAway) && Array($0.payload[4...7]) == [0, 0, 0, 11] })
        #expect(!connection.channel.isActive)
    }

    @Test("G01: damaged frames never trap", arguments: 0..<30)
    func damagedFramesNeverTrap(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let connection = try Connection(Self.router())
        var bytes: [UInt8] = []
        for call in 0..<10 {
            let stream = UInt32(2 * call + 1)
            let path = call % 2 == 0 ? "/t.Test/Echo" : "/t.Test/Echoes"
            bytes += HTTP2Frame.headers(stream, HTTP2Frame.call(path)).bytes
            bytes += HTTP2Frame.data(stream, Self.message([1, 2, 3]), isEnd: call % 3 > 0).bytes
        }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: bytes.indices, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        while !bytes.isEmpty, connection.channel.isActive {
            let count = Int.random(in: 1...100, using: &random)
            _ = try connection.send(Array(bytes.prefix(count)))
            bytes = Array(bytes.dropFirst(count))
        }
        _ = try? connection.channel.finish()
        #expect(connection.shared.bytesInFlight == 0)
    }
}
