// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import HTTP2
import HTTPServer
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

/// What a client may send before anybody has looked at its call.
@Suite struct GRPCWindowTests {
    /// Takes messages below a length, and says so before they are there.
    private struct Entry: HTTPEntry {
        let router: HTTPRouter
        let bytesMax: Int

        func match(_ head: HTTPCall) -> HTTPMatch { router.match(head) }

        func refusal(of head: HTTPCall) -> HTTPAnswer? {
            guard let byteCount = head.announcedBytes, byteCount > bytesMax else { return nil }
            return RefusalForm.status.answer(503, "\(byteCount) bytes are too many")
        }

        func respond(to call: HTTPCall) -> HTTPReply { router.respond(to: call) }
    }

    private static func channel(bytesMax: Int) throws -> EmbeddedChannel {
        var router = HTTPRouter()
        router.on(.post, "/t.Test/Count", .scores(.tensors, .status)) { call in
            let count = [UInt8(call.body.count / 1000)]
            return .now(
                HTTPAnswer(200, contentType: RefusalForm.messageType, body: .bytes(count))
            )
        }
        let entry = Entry(router: router, bytesMax: bytesMax)
        let shared = HTTPServerShared(responder: entry, limits: HTTPLimits(), usesTLS: false)
        let handler = GRPCChannelHandler(shared, responder: entry, lane: 1, jitter: 0)
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        _ = try send([HTTP2Frame(.settings, flags: 1)], to: channel, after: HTTP2Frame.preface)
        return channel
    }

    private static func send(
        _ frames: [HTTP2Frame],
        to channel: EmbeddedChannel,
        after first: [UInt8] = []
    ) throws -> [HTTP2Frame] {
        try channel.writeInbound(ByteBuffer(bytes: first + frames.flatMap(\.bytes)))
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
            bytes += buffer.readableBytesView
        }
        return HTTP2Frame.frames(of: bytes)
    }

    private static let window = HTTP2Limits().firstWindow
    private static let long = 200_000

    /// The beginning of a long message, as much as the first window takes.
    private static var beginning: [HTTP2Frame] {
        let bytes = GRPCMessageReader.prefix(long) + [UInt8](repeating: 7, count: window - 5)
        return [.headers(1, HTTP2Frame.call("/t.Test/Count"))]
            + stride(from: 0, to: window, by: 16_384).map { start in
                .data(1, Array(bytes[start..<min(start + 16_384, window)]))
            }
    }

    @Test("G07: a batch that is refused costs its first window")
    func aBatchThatIsRefusedCostsItsFirstWindow() throws {
        let channel = try Self.channel(bytesMax: Self.long - 1)
        let frames = try Self.send(Self.beginning, to: channel).filter { $0.stream == 1 }
        // The answer, the request to send no more, and no room.
        #expect(frames.map(\.kind) == [1, 3])
    }

    @Test("G07: a batch that is welcome gets its room at once")
    func aBatchThatIsWelcomeGetsItsRoomAtOnce() throws {
        let channel = try Self.channel(bytesMax: Self.long)
        let room = try Self.send(Self.beginning, to: channel).filter { $0.stream == 1 }
        let given = room.filter { $0.isA(.windowUpdate) }
            .map { $0.payload.reduce(0) { $0 << 8 | Int($1) } }.reduce(0, +)
        #expect(given >= HTTP2Limits().streamWindow - Self.window)
        var rest = Self.long + 5 - Self.window
        var frames: [HTTP2Frame] = []
        while rest > 0 {
            let count = min(rest, 16_384)
            rest -= count
            let part = HTTP2Frame.data(1, [UInt8](repeating: 7, count: count), isEnd: rest == 0)
            frames += try Self.send([part], to: channel)
        }
        let answer = frames.filter { $0.isA(.data) && $0.stream == 1 }.flatMap(\.payload)
        #expect(answer == GRPCMessageReader.prefix(1) + [200])
    }

    @Test func aMessageOfTheFirstWindowNeedsNoMoreRoom() throws {
        let channel = try Self.channel(bytesMax: 0)
        let message = [UInt8](repeating: 7, count: 16_000)
        let frames = try Self.send(
            [
                .headers(1, HTTP2Frame.call("/t.Test/Count")),
                .data(1, GRPCMessageReader.prefix(message.count) + message, isEnd: true),
            ],
            to: channel
        ).filter { $0.stream == 1 }
        #expect(!frames.contains { $0.isA(.windowUpdate) })
        #expect(frames.filter { $0.isA(.data) }.flatMap(\.payload).last == 16)
    }
}
