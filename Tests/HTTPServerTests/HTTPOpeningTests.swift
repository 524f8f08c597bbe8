// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import NIOCore
import NIOEmbedded
import NIOTLS
import Testing

/// Whose a connection becomes by its first bytes, without a socket.
@Suite struct HTTPOpeningTests {
    private static let preface: [UInt8] = [0x89, 0x4C, 0x44, 0x50, 0x0D, 0x0A, 0x1A]
    private static let http2 = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let request = Array("POST /ping HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    private static let openings: [HTTPOpening] = [
        .http2 { _ in Recorder(name: "h2") },
        HTTPOpening(bytes: preface, requiredName: "ldp/1") { _, _ in Recorder(name: "ldp") },
    ]

    /// Says who it is, and then sends back all that it gets.
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let name: String

        init(name: String) { self.name = name }

        func handlerAdded(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: name)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }
    }

    private struct Responder: HTTPEntry {
        func match(_ head: HTTPCall) -> HTTPMatch { HTTPRouter().match(head) }

        func respond(to call: HTTPCall) -> HTTPReply {
            .now(HTTPAnswer(200, body: .bytes(Array("pong".utf8))))
        }
    }

    /// A connection that has begun.
    private struct Connection {
        let channel: EmbeddedChannel
        let shared: HTTPServerShared

        init(_ openings: [HTTPOpening] = HTTPOpeningTests.openings, usesTLS: Bool = false) throws {
            shared = HTTPServerShared(
                responder: Responder(),
                limits: HTTPLimits(),
                usesTLS: usesTLS
            )
            let wire = openings.isEmpty ? HTTPListener.Wire.http1 : .several(openings)
            channel = EmbeddedChannel(handlers: HTTPListener.handlers(wire, shared))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// What is answered to parts that come one after the other. The answers of HTTP/1.1 are
        /// without their date.
        func answer(to parts: [[UInt8]], thenEnds: Bool = false) throws -> [UInt8] {
            for part in parts where channel.isActive {
                try channel.writeInbound(ByteBuffer(bytes: part))
            }
            if thenEnds { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            var bytes: [UInt8] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                bytes += buffer.readableBytesView
            }
            let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
            guard lines[0].hasPrefix("HTTP/1.1") else { return bytes }
            let undated = lines.filter { !$0.lowercased().hasPrefix("date:") }
            return Array(undated.joined(separator: "\r\n").utf8)
        }
    }

    /// How bytes may arrive: whole, in two parts, and one by one.
    private static func arrivals(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (1..<bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
            + [[bytes], bytes.map { [$0] }]
    }

    // MARK: Whose they are

    @Test func theVerdictIsOpenUntilItIsFinal() {
        let others = [(Self.http2, 0, 4), (Self.preface, 1, 7)]
        for (bytes, index, length) in others {
            for count in 0...bytes.count {
                let verdict = Self.openings.verdict(of: bytes.prefix(count))
                #expect(verdict == (count < length ? .open : .other(index)), "\(count) bytes")
            }
        }
        #expect(Self.openings.verdict(of: Self.request.prefix(1)) == .open)
        for count in 2...Self.request.count {
            #expect(Self.openings.verdict(of: Self.request.prefix(count)) == .http1)
        }
        #expect([HTTPOpening]().verdict(of: [UInt8]()) == .http1)
    }

    @Test func oneWrongByteAtAnyPlaceIsHTTP1() {
        for (bytes, length) in [(Self.http2, 4), (Self.preface, 7)] {
            for place in 0..<length {
                var wrong = bytes
                wrong[place] ^= 1
                #expect(Self.openings.verdict(of: wrong) == .http1, "place \(place)")
            }
        }
    }

    // MARK: Connections

    @Test("W85: every cut hands the same bytes to the same protocol")
    func everyCutHandsTheSameBytesToTheSameProtocol() throws {
        for (bytes, name) in [(Self.http2 + [1], "h2"), (Self.preface + [1, 2, 3], "ldp")] {
            for parts in Self.arrivals(bytes) {
                let connection = try Connection()
                #expect(try connection.answer(to: parts) == Array(name.utf8) + bytes, "\(parts)")
                // It has left the count of HTTP's connections, as who has it now counts it.
                #expect(connection.shared.openChannels.isEmpty)
            }
        }
    }

    @Test("W85: every cut of a request is answered as on a port of HTTP/1.1")
    func everyCutOfARequestIsAnsweredAsOnAPortOfHTTP1() throws {
        for parts in Self.arrivals(Self.request) {
            let expected = try Connection([]).answer(to: parts)
            #expect(String(decoding: expected, as: UTF8.self).hasSuffix("pong"))
            #expect(try Connection().answer(to: parts) == expected, "\(parts)")
        }
    }

    @Test("W86: one wrong byte is answered as on a port of HTTP/1.1")
    func oneWrongByteIsAnsweredAsOnAPortOfHTTP1() throws {
        for (bytes, length) in [(Self.http2, 4), (Self.preface + [1, 13, 10, 13, 10], 7)] {
            for place in 0..<length {
                var wrong = bytes
                wrong[place] ^= 1
                for parts in Self.arrivals(wrong) {
                    let expected = try Connection([]).answer(to: parts, thenEnds: true)
                    let answer = try Connection().answer(to: parts, thenEnds: true)
                    #expect(answer == expected, "\(parts)")
                }
            }
        }
    }

    @Test("W86: what ends before it is known is answered as on a port of HTTP/1.1")
    func whatEndsBeforeItIsKnownIsAnsweredAsOnAPortOfHTTP1() throws {
        for (bytes, length) in [(Self.http2, 4), (Self.preface, 7)] {
            for count in 1..<length {
                let sent = [Array(bytes[..<count])]
                let expected = try Connection([]).answer(to: sent, thenEnds: true)
                #expect(try Connection().answer(to: sent, thenEnds: true) == expected, "\(sent)")
            }
        }
    }

    @Test(arguments: [("ldp/1", "ldp"), ("h2", "HTTP/1.1 400"), (nil, "HTTP/1.1 400")])
    func withTLSAProtocolMayNeedItsName(name: String?, begin: String) throws {
        let connection = try Connection(usesTLS: true)
        connection.channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: name)
        )
        let answer = try connection.answer(to: [Self.preface + [1, 13, 10, 13, 10]])
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix(begin))
    }

    @Test func aPartOfAnOpeningIsARequestUnderWay() throws {
        let connection = try Connection()
        #expect(try connection.answer(to: [Array(Self.preface.prefix(3))]).isEmpty)
        // Who waits between requests is sent away; who is sending one may end it.
        connection.channel.pipeline.fireUserInboundEventTriggered(HTTPDrainRequest())
        #expect(connection.channel.isActive)
        let rest = Array(Self.preface.dropFirst(3))
        #expect(try connection.answer(to: [rest]) == Array("ldp".utf8) + Self.preface)
    }
}
