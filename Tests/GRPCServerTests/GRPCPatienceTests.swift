// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRPCServer
import HTTP2
import HTTPServer
import Machine
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

/// How long a call and a client are waited for.
@Suite struct GRPCPatienceTests {
    private static let short = Duration.milliseconds(20)
    /// Seconds, beyond `short`.
    private static let enough = 0.05

    /// A connection whose limits are over after `short`, and its channel.
    private struct Connection {
        let channel: EmbeddedChannel
        let shared: HTTPServerShared

        init(
            grpc: GRPCLimits = GRPCLimits(),
            preface: [UInt8] = HTTP2Frame.preface + HTTP2Frame(.settings, flags: 1).bytes,
            _ adjust: (inout HTTPLimits) -> Void = { _ in }
        ) throws {
            var limits = HTTPLimits()
            adjust(&limits)
            var router = HTTPRouter()
            router.on(.post, "/t.Test/Never", .scores(.tensors, .status)) { _ in
                .later {
                    try? await Task.sleep(for: .seconds(3600))
                    return HTTPAnswer(200)
                }
            }
            router.on(.post, "/t.Test/Echo", .scores(.tensors, .status)) { call in
                .now(HTTPAnswer(200, contentType: RefusalForm.messageType, body: .bytes(call.body)))
            }
            shared = HTTPServerShared(responder: router, limits: limits, usesTLS: false)
            let handler = GRPCChannelHandler(
                shared,
                responder: router,
                limits: grpc,
                lane: 1,
                jitter: 0
            )
            channel = EmbeddedChannel(handler: handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            if !preface.isEmpty { _ = try send(preface) }
        }

        func send(_ bytes: [UInt8]) throws -> [HTTP2Frame] {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            return try sent()
        }

        func send(_ frames: [HTTP2Frame]) throws -> [HTTP2Frame] {
            try send(frames.flatMap(\.bytes))
        }

        func sent() throws -> [HTTP2Frame] {
            var bytes: [UInt8] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                bytes += buffer.readableBytesView
            }
            return HTTP2Frame.frames(of: bytes)
        }

        /// What is sent when these limits are over. The loop belongs to this thread.
        func wait() throws -> [HTTP2Frame] {
            Thread.sleep(forTimeInterval: GRPCPatienceTests.enough)
            channel.embeddedEventLoop.advanceTime(
                to: .uptimeNanoseconds(UInt64(MonotonicTime.now().nanoseconds))
            )
            return try sent()
        }
    }

    private static func isEnd(_ frame: HTTP2Frame) -> Bool {
        frame.isA(.headers) && frame.flags & HTTP2Frame.endStream != 0
    }

    @Test("G12: who says nothing is closed")
    func whoSaysNothingIsClosed() throws {
        let connection = try Connection(preface: []) { $0.requestTimeout = Self.short }
        #expect(connection.channel.isActive)
        _ = try connection.wait()
        #expect(!connection.channel.isActive)
        #expect(connection.shared.openChannels.isEmpty)
    }

    @Test("G13: a message that does not come to an end is given up, and nothing else with it")
    func aMessageThatDoesNotComeToAnEndIsGivenUp() throws {
        let connection = try Connection { $0.requestTimeout = Self.short }
        _ = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")),
            .data(1, GRPCMessageReader.prefix(5000) + [UInt8](repeating: 0, count: 100)),
        ])
        #expect(connection.shared.bytesInFlight == 100)
        let frames = try connection.wait()
        #expect(frames.contains { $0.stream == 1 && Self.isEnd($0) })
        #expect(connection.shared.bytesInFlight == 0)
        let other = try connection.send([
            .headers(3, HTTP2Frame.call("/t.Test/Echo")),
            .data(3, GRPCMessageReader.prefix(1) + [7], isEnd: true),
        ])
        #expect(other.filter { $0.isA(.data) }.flatMap(\.payload) == [0, 0, 0, 0, 1, 7])
    }

    @Test("G14: a call ends at its deadline, also while it is worked on")
    func aCallEndsAtItsDeadline() throws {
        let connection = try Connection()
        let early = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Never", [("grpc-timeout", "20m")])),
            .data(1, GRPCMessageReader.prefix(1) + [7], isEnd: true),
        ])
        #expect(!early.contains { $0.stream == 1 })
        let late = try connection.wait()
        #expect(late.contains { $0.stream == 1 && Self.isEnd($0) })
    }

    @Test("G09: the call of a client that takes no answers is reset, and its connection stays")
    func theCallOfAClientThatTakesNoAnswersIsReset() throws {
        let connection = try Connection { $0.unreadTimeout = Self.short }
        // More than the window that a client gives without asking.
        let message = GRPCMessageReader.prefix(100_000) + [UInt8](repeating: 1, count: 100_000)
        _ = try connection.send([.headers(1, HTTP2Frame.call("/t.Test/Echo"))])
        for start in stride(from: 0, to: message.count, by: 16_000) {
            let part = Array(message[start..<min(start + 16_000, message.count)])
            _ = try connection.send([.data(1, part, isEnd: start + 16_000 >= message.count)])
        }
        var frames: [HTTP2Frame] = []
        for _ in 0..<3 { frames += try connection.wait() }
        #expect(frames.contains { $0.stream == 1 && $0.isA(.reset) })
        #expect(connection.channel.isActive)
        #expect(connection.shared.bytesInFlight == 0)
    }

    @Test(
        "G08: a cut message, a call without one, and messages that are malformed end their call",
        arguments: [
            [0, 0, 0, 0, 5, 1], [0, 0], [], [2, 0, 0, 0, 1, 7], [1, 0, 0, 0, 1, 7],
        ] as [[UInt8]]
    )
    func malformedMessagesEndTheirCall(_ bytes: [UInt8]) throws {
        let connection = try Connection()
        let frames = try connection.send([
            .headers(1, HTTP2Frame.call("/t.Test/Echo")), .data(1, bytes, isEnd: true),
        ]).filter { $0.stream == 1 }
        #expect(frames.count == 1 && frames.allSatisfy(Self.isEnd))
        #expect(connection.channel.isActive)
        #expect(connection.shared.bytesInFlight == 0)
    }
}
