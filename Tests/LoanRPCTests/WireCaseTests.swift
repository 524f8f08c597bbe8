// SPDX-License-Identifier: Apache-2.0
//
// What hostile and broken peers send, over real sockets, and what the server must answer.

import Access
import LoanRPC
import Machine
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// The end of a case.
enum Outcome: Equatable, CustomTestStringConvertible, Sendable {
    /// END with this code; the connection goes on.
    case status(StatusCode)
    /// GOAWAY with this code, then the end.
    case goAway(StatusCode)
    /// The end without an answer.
    case closed
    /// Nothing: the connection goes on.
    case ignored

    var testDescription: String {
        switch self {
        case .status(let code): "END \(code)"
        case .goAway(let code): "GOAWAY \(code)"
        case .closed: "closed"
        case .ignored: "ignored"
        }
    }
}

/// Bytes after the greeting (or instead of it) and what must follow.
///
/// A name begins with the number of its case in the list of what the wire must survive.
struct WireCase: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var outcome: Outcome
    var greets = true

    init(_ name: String, _ bytes: [UInt8], _ outcome: Outcome, greets: Bool = true) {
        self.name = name
        self.bytes = bytes
        self.outcome = outcome
        self.greets = greets
    }

    var testDescription: String { name }
}

@Suite(.serialized) struct WireCaseTests {
    static var configuration: RPCServerConfiguration {
        var configuration = RPCServerConfiguration()
        configuration.limits.helloTimeout = .milliseconds(300)
        configuration.limits.frameSlowTime = .milliseconds(300)
        configuration.limits.lingerTime = .milliseconds(200)
        configuration.limits.streamsMax = 8
        configuration.limits.streamCredit = RPCLimits.streamCreditDefault
        let tokens = TokenTable(
            [
                .init(token: Array("reader".utf8), scopes: .predict),
                .init(
                    token: Array("expired".utf8),
                    scopes: .predict,
                    expiresAt: MonotonicTime(nanoseconds: 0)
                ),
            ],
            anonymous: .predict
        )
        configuration.tokens = { tokens }
        return configuration
    }

    @Test(arguments: beforeHello + frames + heads + messages + names)
    func hasItsOutcome(_ wireCase: WireCase) async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            client.send((wireCase.greets ? Wire.greeting() : []) + wireCase.bytes)
            // Whether the connection goes on: a PING is answered by a PONG.
            if wireCase.greets { client.send(Wire.frame(7, Array("question".utf8))) }
            var seen = client.frames { frame in
                frame.header.type == .pong || frame.header.type == .goAway
            }
            if case .status = wireCase.outcome, !seen.contains(where: { $0.header.type == .end }),
                let end = client.nextFrame()
            {
                // The answers of a read follow its PONG.
                seen.insert(end, at: 0)
            }
            #expect(Self.outcome(seen) == wireCase.outcome)
            // The server lives and keeps nothing.
            try await withClient(server) { client in
                let payload = try await client.ping([1])
                #expect(payload == [1])
            }
            #expect(try await keepsNothing(server))
        }
    }

    private static func outcome(_ frames: [WireFrame]) -> Outcome {
        if let goAway = frames.last?.goAway { return .goAway(goAway.code) }
        let status = frames.compactMap(\.status).first
        guard frames.last?.header.type == .pong else { return .closed }
        return status.map { .status($0.code) } ?? .ignored
    }

    static let beforeHello: [WireCase] =
        [
            WireCase("W01: nothing", [], .closed, greets: false),
            WireCase(
                "W02: 7 of 8 preface bytes",
                Array(Preface.bytes.prefix(7)),
                .closed,
                greets: false
            ),
            WireCase(
                "W04: major 2",
                Array(Preface.bytes.prefix(7)) + [2],
                .goAway(.unimplemented),
                greets: false
            ),
            WireCase("W06: a TLS ClientHello", [0x16, 3, 1, 2, 0, 1], .closed, greets: false),
            WireCase(
                "W07: REQUEST before HELLO",
                Preface.bytes + Wire.request(.ping),
                .goAway(.failedPrecondition),
                greets: false
            ),
            WireCase(
                "W09: HELLO of 4,097 bytes",
                Preface.bytes + Wire.frame(1, length: 4097),
                .goAway(.resourceExhausted),
                greets: false
            ),
            WireCase("W08: a second HELLO", Wire.frame(1), .goAway(.failedPrecondition)),
            WireCase(
                "W04: no common minor",
                hello(minor: 1...2),
                .goAway(.unimplemented),
                greets: false
            ),
        ]
        + (0..<8).map { position in
            var preface = Preface.bytes
            preface[position] ^= 0x40
            return position == 7
                ? WireCase(
                    "W03: a far major",
                    preface,
                    .goAway(.unimplemented),
                    greets: false
                )
                : WireCase("W03: a wrong preface byte \(position)", preface, .closed, greets: false)
        }
        + [("wrong", "guess"), ("expired", "expired"), ("empty", "")].map { name, token in
            WireCase(
                "W11: a token that is \(name)",
                hello(token: Array(token.utf8)),
                .goAway(.unauthenticated),
                greets: false
            )
        } + [
            WireCase(
                "W11: a token of 2,049 bytes",
                hello(token: Array(repeating: 65, count: 2049)),
                .goAway(.unauthenticated),
                greets: false
            )
        ]

    private static func hello(
        minor: ClosedRange<UInt32> = 0...0,
        token: [UInt8]? = nil
    ) -> [UInt8] {
        var hello = Hello()
        hello.minorVersions = minor
        hello.token = token
        return Wire.greeting(hello)
    }

    static let frames: [WireCase] =
        [
            WireCase("W13: magic 0", [0] + Array(repeating: 0, count: 11), .goAway(.internal)),
            WireCase("W13: reserved byte", Wire.frame(7, reserved: 1), .goAway(.internal)),
            WireCase("W19: critical type 10", Wire.frame(10), .goAway(.unimplemented)),
            WireCase(
                "W19: ancillary type 128",
                Wire.frame(128, Array(repeating: 1, count: 64)),
                .ignored
            ),
            WireCase(
                "W20: ancillary flood",
                Array(repeating: Wire.frame(200, Array(repeating: 1, count: 60_000)), count: 20)
                    .flatMap(\.self),
                .goAway(.resourceExhausted)
            ),
            WireCase(
                "W20: PONG flood",
                Array(repeating: Wire.frame(8, Array(1...8)), count: 20_000).flatMap(\.self),
                .goAway(.resourceExhausted)
            ),
            WireCase(
                "W20: GOAWAY flood",
                Array(repeating: Wire.frame(9), count: 30_000).flatMap(\.self),
                .goAway(.resourceExhausted)
            ),
            WireCase(
                "W20: flood of CREDIT of nothing",
                Wire.request(.predictStream, endsStream: false)
                    + Array(repeating: Wire.frame(5, stream: 1, [0, 0, 0, 0]), count: 30_000)
                    .flatMap(\.self),
                .goAway(.resourceExhausted)
            ),
            WireCase(
                "W24: REQUEST on stream 0",
                Wire.request(.ping, stream: 0),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W24: an even stream",
                Wire.request(.ping, stream: 2),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W24 W60: a reused stream",
                Wire.request(.ping) + Wire.request(.ping),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W24: a lower stream",
                Wire.request(.ping, stream: 9) + Wire.request(.ping, stream: 7),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W25: the last stream, then another",
                Wire.request(.ping, stream: .max) + Wire.request(.ping, stream: 1),
                .goAway(.invalidArgument)
            ),
            WireCase("W26: PONG that nobody asked for", Wire.frame(8, Array(1...8)), .ignored),
            WireCase("W17: PONG of 0 bytes", Wire.frame(8), .goAway(.invalidArgument)),
            WireCase(
                "W17: CREDIT of 0 bytes",
                Wire.request(.predictStream, endsStream: false) + Wire.frame(5, stream: 1),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W17: DATA of 0 bytes",
                Wire.request(.predictStream, endsStream: false) + Wire.frame(3, stream: 1),
                .ignored
            ),
            WireCase("W26: END from a client", Wire.frame(4, stream: 1), .goAway(.invalidArgument)),
            WireCase("W26: GOAWAY from a client", Wire.frame(9), .ignored),
            WireCase("W62: CANCEL of an unknown stream", Wire.frame(6, stream: 5), .ignored),
            WireCase(
                "W62: CANCEL twice of a finished stream",
                Wire.request(.predict, Wire.oneRow) + Wire.frame(6, stream: 1)
                    + Wire.frame(6, stream: 1),
                .status(.ok)
            ),
            WireCase(
                "W55: DATA on an unknown stream",
                Wire.frame(3, stream: 1),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W55: DATA on a unary call",
                Wire.request(.predict, Wire.oneRow) + Wire.frame(3, stream: 1, [1]),
                .status(.invalidArgument)
            ),
            WireCase(
                "W55: DATA after END_STREAM",
                Wire.request(.predictStream, Wire.oneRow) + Wire.frame(3, stream: 1, [1]),
                .status(.invalidArgument)
            ),
            WireCase(
                "W56: DATA beyond the credit",
                Wire.request(.predictStream, endsStream: false)
                    + Wire.frame(3, stream: 1, Array(repeating: 0, count: (1 << 20) + 1)),
                .goAway(.internal)
            ),
            WireCase(
                "W17: CREDIT of 3 bytes",
                Wire.request(.predictStream, endsStream: false)
                    + Wire.frame(5, stream: 1, [0, 0, 1]),
                .goAway(.invalidArgument)
            ),
            WireCase(
                "W62: 101 cancels",
                (0..<101).flatMap { _ in Wire.frame(6, stream: 1) },
                .goAway(.resourceExhausted)
            ),
            WireCase(
                "W58: a stream that is one too many",
                (0..<9).flatMap {
                    Wire.request(.predictStream, stream: UInt32(2 * $0 + 1), endsStream: false)
                },
                .status(.resourceExhausted)
            ),
        ]
        + (2..<8).map { bit in
            WireCase(
                "W18: flag \(1 << bit)",
                Wire.frame(7, flags: 1 << bit),
                .goAway(.invalidArgument)
            )
        }
        + [1 << 24, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF].map { (length: UInt32) in
            WireCase(
                "W15: length \(length)",
                Wire.frame(2, stream: 1, length: length),
                .goAway(.resourceExhausted)
            )
        }
        + [0, 7, 9].map { count in
            WireCase(
                "W76: PING of \(count) bytes",
                Wire.frame(7, Array(repeating: 0, count: count)),
                .goAway(.invalidArgument)
            )
        }

    static let heads: [WireCase] = [
        WireCase(
            "W17: an empty REQUEST",
            Wire.frame(2, flags: 1, stream: 1),
            .status(.invalidArgument)
        ),
        WireCase(
            "W29: a head longer than REQUEST",
            Wire.frame(2, flags: 1, stream: 1, [0, 9]),
            .status(.invalidArgument)
        ),
        WireCase(
            "W33: a head of 2,049 bytes",
            Wire.request(head: Array(repeating: 0, count: 2049)),
            .status(.resourceExhausted)
        ),
        WireCase("W30: method 99", Wire.request(head: [8, 99]), .status(.unimplemented)),
        WireCase(
            "W30: method -1",
            Wire.request(head: [8] + Array(repeating: 0xFF, count: 9) + [1]),
            .status(.unimplemented)
        ),
        WireCase(
            "W30: method 2^31",
            Wire.request(head: [8, 0x80, 0x80, 0x80, 0x80, 8]),
            .status(.unimplemented)
        ),
        WireCase("W30: no method", Wire.request(head: []), .status(.unimplemented)),
        WireCase(
            "W31: training without the scope",
            Wire.request(.train),
            .status(.permissionDenied)
        ),
        WireCase(
            "W55: a unary call that does not end",
            Wire.request(.predict, endsStream: false),
            .status(.invalidArgument)
        ),
        WireCase(
            "W32: a timeout of 2^32 - 1 ms",
            Wire.request(head: [8, 1, 16, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
            .status(.ok)
        ),
        WireCase("W32: a timeout of 0 ms", Wire.request(head: [8, 1, 16, 0]), .status(.ok)),
        WireCase("W33: 17 pairs", metadata(17), .status(.resourceExhausted)),
        WireCase("W33: 16 pairs", metadata(16), .status(.ok)),
        WireCase(
            "W34: a key without value",
            Wire.request(head: [8, 1, 34, 1, 97]),
            .status(.invalidArgument)
        ),
        WireCase(
            "W34: a value with a line end",
            metadata(value: [13, 10]),
            .status(.invalidArgument)
        ),
        WireCase("W34: a value with NUL", metadata(value: [0]), .status(.invalidArgument)),
        WireCase("W34: a value with DEL", metadata(value: [0x7F]), .status(.invalidArgument)),
        WireCase(
            "W34: a value that is not UTF-8",
            metadata(value: [0xC3, 0x28]),
            .status(.invalidArgument)
        ),
        WireCase(
            "W28: a truncated varint",
            Wire.request(head: [8, 0x80]),
            .status(.invalidArgument)
        ),
        WireCase(
            "W28: a varint of 11 bytes",
            Wire.request(head: [8] + Array(repeating: 0x80, count: 10) + [0]),
            .status(.invalidArgument)
        ),
        WireCase("W28: tag 0", Wire.request(head: [0, 1]), .status(.invalidArgument)),
        WireCase(
            "W28: field 2^29",
            Wire.request(head: [0x80, 0x80, 0x80, 0x80, 0x10, 1]),
            .status(.invalidArgument)
        ),
        WireCase("W28: a group", Wire.request(head: [8, 1, 0x53]), .status(.invalidArgument)),
        WireCase(
            "W28: a group's end",
            Wire.request(head: [8, 1, 0x54]),
            .status(.invalidArgument)
        ),
        WireCase("W28: wire type 7", Wire.request(head: [8, 1, 0x57]), .status(.invalidArgument)),
        WireCase("W28: wire type 6", Wire.request(head: [8, 1, 0x56]), .status(.invalidArgument)),
        WireCase(
            "W29: a field longer than its message",
            Wire.request(head: [8, 1, 26, 9]),
            .status(.invalidArgument)
        ),
        WireCase(
            "W29: a field of 2^32 - 1 bytes",
            Wire.request(head: [8, 1, 26, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
            .status(.invalidArgument)
        ),
    ]

    private static func metadata(_ count: Int = 1, value: [UInt8] = [65]) -> [UInt8] {
        var head: [UInt8] = [8, 1]
        for _ in 0..<count { head += [34, 1, 97, 42, UInt8(value.count)] + value }
        return Wire.request(head: head)
    }

    static let messages: [WireCase] = [
        WireCase("W41: an empty batch", Wire.request(.predict), .status(.invalidArgument)),
        WireCase("one row", Wire.request(.predict, Wire.oneRow), .status(.ok)),
        WireCase("W41: rows 0", batch { $0.replaceRows(0) }, .status(.invalidArgument)),
        WireCase("W41: rows 65,537", batch { $0.replaceRows(65_537) }, .status(.invalidArgument)),
        WireCase("W41: rows 2^31", batch { $0.replaceRows(1 << 31) }, .status(.invalidArgument)),
        WireCase(
            "W41: rows 2^32 - 1",
            batch { $0.replaceRows(0xFFFF_FFFF) },
            .status(.invalidArgument)
        ),
        WireCase(
            "W42: a column one byte short",
            batch { $0 += [0x82, 1, 3, 0, 0, 0] },
            .status(.invalidArgument)
        ),
        WireCase(
            "W42: a column one byte long",
            batch { $0 += [0x82, 1, 5, 0, 0, 0, 0, 0] },
            .status(.invalidArgument)
        ),
        WireCase("W42: an empty column", batch { $0 += [0x82, 1, 0] }, .status(.invalidArgument)),
        WireCase(
            "W43: one column missing",
            batch { $0.removeLast(4) },
            .status(.invalidArgument)
        ),
        WireCase(
            "W44: a column of two rows",
            batch { $0 += [0x82, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0] },
            .status(.invalidArgument)
        ),
        WireCase("W43: a twelfth column", batch { $0 += [0xC2, 0x0C, 1, 0] }, .status(.ok)),
        WireCase(
            "W46: category 254",
            batch { $0 += [0x92, 1, 1, 254] },
            .status(.invalidArgument)
        ),
        WireCase("W46: category 255", batch { $0 += [0x92, 1, 1, 255] }, .status(.ok)),
        WireCase(
            "W47: another schema",
            batch { $0 += [17, 9, 0, 0, 0, 0, 0, 0, 0] },
            .status(.failedPrecondition)
        ),
        WireCase(
            "W50: no such model",
            batch { $0 += [10, 6] + Array("absent".utf8) },
            .status(.notFound)
        ),
        WireCase("an unknown output", batch { $0 += [32, 32] }, .status(.invalidArgument)),
        WireCase("features without a matrix", batch { $0 += [40, 1] }, .status(.invalidArgument)),
        WireCase(
            "W43: a matrix in addition to columns",
            batch { $0 += [40, 1, 50, 4, 0, 0, 0, 0] },
            .status(.invalidArgument)
        ),
        WireCase(
            "W35: 6,000 duplicate scalars",
            batch { bytes in for _ in 0..<6000 { bytes += [24, 1] } },
            .status(.resourceExhausted)
        ),
        WireCase(
            "W38: nesting in an unknown field",
            batch { $0 += [0xFA, 6, 0xA0, 0x8D, 6] + Array(repeating: 0x0B, count: 100_000) },
            .status(.ok)
        ),
    ]

    static let names: [WireCase] = [
        "", "../x", "a\0b", ".", "/etc", "%2e%2e", String(repeating: "a", count: 129),
    ].map { (name: String) -> WireCase in
        var field = ByteBuffer()
        field.writeBytesFieldHeader(1, byteCount: name.utf8.count)
        field.writeString(name)
        let bytes = Array(field.readableBytesView)
        return WireCase(
            "W49: the model name \(name.debugDescription.prefix(20))",
            batch { $0 += bytes },
            .status(.invalidArgument)
        )
    }

    private static func batch(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var message = Wire.oneRow
        change(&message)
        return Wire.request(.predict, message)
    }

    @Test("W05: HTTP is answered in HTTP and closed") func answersHTTPInHTTP() async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Array("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            let answer = String(decoding: client.receiveAll() ?? [], as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            let parts = answer.split(separator: "\r\n\r\n")
            #expect(answer.contains("Content-Length: \(parts.last?.utf8.count ?? 0)\r\n"))
        }
    }

    @Test("W73: a frame that does not come to its end is closed") func slowFramesAreClosed()
        async throws
    {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting() + Wire.frame(2, stream: 1, length: 1 << 20) + [1])
            #expect(client.receiveAll() != nil)
        }
    }

    @Test("W76: a flood of pings ends the connection") func pingsOfAFloodEndTheConnection()
        async throws
    {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            let ping = Wire.frame(7, Array(repeating: 1, count: 8))
            client.send(Wire.greeting() + (0..<100).flatMap { _ in ping })
            let last = client.frames { $0.header.type == .goAway }.last
            #expect(last?.goAway?.code == .resourceExhausted)
            #expect(last?.goAway?.reason == "too_many_pings")
        }
    }

    @Test("W69: all answers follow the end of the requests")
    func answersEverythingAfterTheClientHasFinishedSending() async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting())
            for index in 0..<50 {
                client.send(Wire.request(.predict, stream: UInt32(2 * index + 1), Wire.oneRow))
            }
            client.finishSending()
            let ends = client.frames { _ in false }.compactMap(\.status)
            #expect(ends.count == 50)
            #expect(ends.allSatisfy { $0.code == .ok })
        }
    }

    @Test("W65: a stream without credit ends at its deadline")
    func aStreamWithoutCreditEndsAtItsDeadline() async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            var hello = Hello()
            hello.streamCredit = 0
            let batches = (0..<20).flatMap { _ in Wire.frame(3, stream: 1, Wire.oneRow) }
            client.send(
                Wire.greeting(hello)
                    + Wire.request(.predictStream, timeout: .milliseconds(200), endsStream: false)
                    + batches
            )
            let frames = client.frames { $0.header.type == .end }
            #expect(frames.last?.status?.code == .deadlineExceeded)
            #expect(!frames.contains { $0.header.type == .data })
            #expect(try await keepsNothing(server))
        }
    }

    @Test func creditReleasesExactlyWhatItPays() async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            var hello = Hello()
            hello.streamCredit = 0
            // A response of one row: two columns and the generation.
            let bytes: UInt8 = 6 + 3 + 9
            client.send(
                Wire.greeting(hello) + Wire.request(.predictStream, endsStream: false)
                    + Wire.frame(3, stream: 1, Wire.oneRow)
                    + Wire.frame(3, flags: 1, stream: 1, Wire.oneRow)
                    + Wire.frame(5, stream: 1, [0, 0, 0, bytes - 1])
                    + Wire.frame(7, Array(repeating: 1, count: 8))
            )
            let before = client.frames { $0.header.type == .pong }
            #expect(!before.contains { $0.header.type == .data })
            client.send(Wire.frame(5, stream: 1, [0, 0, 0, 1 + bytes]))
            let after = client.frames { $0.header.type == .end }
            #expect(
                after.filter { $0.header.type == .data }.map(\.header.length) == [
                    Int(bytes), Int(bytes),
                ]
            )
            #expect(after.last?.status?.code == .ok)
        }
    }

    @Test("W72: a header that does not come to its end is closed")
    func slowHeadersAreClosed() async throws {
        try await withServer(Self.configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting() + Wire.frame(2, stream: 1, length: 1 << 20).prefix(5))
            #expect(client.receiveAll() != nil)
        }
    }

    @Test("W40: random messages each get one status", arguments: [1, 2, 3, 4] as [UInt64])
    func randomMessagesGetAStatus(seed: UInt64) async throws {
        try await withServer(Self.configuration) { server in
            let port = server.port
            // Control calls need the threads that asynchronous tests share: none waits on them.
            let ends = try await NIOThreadPool.singleton.runIfActive {
                try Self.ends(ofRandomMessages: 2_000, seed, port)
            }
            var codes: [StatusCode: Int] = [:]
            for (call, end) in ends.enumerated() {
                let end = try #require(end, "call \(call) has no end")
                #expect(end.header.stream == UInt32(2 * call + 1))
                codes[try #require(end.status).code, default: 0] += 1
            }
            #expect(codes[.invalidArgument, default: 0] > 0)
            #expect(codes[.internal] == nil, "\(codes)")
            #expect(try await keepsNothing(server))
        }
    }

    /// Sends messages that are random, or a row with random bytes in it, one after the other, up to
    /// the first without an END.
    private static func ends(
        ofRandomMessages count: Int,
        _ seed: UInt64,
        _ port: Int
    ) throws -> [WireFrame?] {
        let methods: [LoanRPC.Method] = [.ping, .predict, .modelStatus, .serverInfo]
        let client = try RawClient(port: port)
        client.send(Wire.greeting())
        var random = SeededGenerator(seed: seed)
        var ends: [WireFrame?] = []
        for call in 0..<count {
            var message: [UInt8]
            if call % 2 == 0 {
                let length = Int.random(in: 0..<300, using: &random)
                message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            } else {
                message = Wire.oneRow
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<message.count, using: &random)
                    message[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let method = methods[Int.random(in: 0..<methods.count, using: &random)]
            client.send(Wire.request(method, stream: UInt32(2 * call + 1), message))
            ends.append(client.frames { $0.header.type == .end }.last)
            guard let last = ends.last, last != nil else { break }
        }
        return ends
    }

    @Test("W10: silent connections beyond the limit make room for later ones")
    func silentConnectionsBeyondTheLimitMakeRoom() async throws {
        var configuration = Self.configuration
        configuration.limits.connectionsUnauthenticatedMax = 16
        configuration.limits.helloTimeout = .seconds(5)
        try await withServer(configuration) { server in
            let clients = try (0..<100).map { _ in
                try RawClient(port: server.port, patience: 100)
            }
            let refused = clients.count { $0.receiveAll() == [] }
            #expect(refused == 84)
            // The clients live until here: their sockets close with them.
            withExtendedLifetime(clients) { #expect(server.connectionCount == 16) }
            let newcomer = try RawClient(port: server.port, patience: 5_000)
            newcomer.send(Wire.greeting())
            #expect(newcomer.frames { $0.header.type == .hello }.count == 1)
        }
    }
}

extension [UInt8] {
    /// Another value of field 3: the last of duplicates counts.
    fileprivate mutating func replaceRows(_ rows: UInt64) {
        var rest = rows
        self += [24]
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
