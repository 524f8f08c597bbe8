// SPDX-License-Identifier: Apache-2.0

import HTTP2
import Machine
import TestSupport
import Testing

@Suite struct HTTP2SessionTests {
    private static let now = MonotonicTime(nanoseconds: 0)

    private static func session(_ limits: HTTP2Limits = .init()) throws -> HTTP2Session {
        let session = try HTTP2Session(limits, now: now)
        try session.feed(bytes: HTTP2Frame.preface)
        _ = try sent(by: session)
        _ = session.takeEvents()
        return session
    }

    private static func feed(_ session: HTTP2Session, _ frames: [HTTP2Frame]) throws {
        try session.feed(bytes: frames.flatMap(\.bytes))
    }

    private static func sent(by session: HTTP2Session) throws -> [HTTP2Frame] {
        HTTP2Frame.frames(of: try session.sentBytes())
    }

    @Test func aRequestBecomesItsFieldsItsBodyAndItsEnd() throws {
        let session = try Self.session()
        try Self.feed(
            session,
            [
                .headers(1, HTTP2Frame.call("/a.B/C", [("x-request-id", "7")])),
                .data(1, [1, 2, 3]), .data(1, [4], isEnd: true),
            ]
        )
        let events = session.takeEvents()
        try #require(events.count == 4)
        guard case .request(1, let fields, false) = events[0], case .data(1, let first) = events[1],
            case .data(1, let second) = events[2], case .end(1) = events[3]
        else { throw UnexpectedEvents(events: events) }
        #expect(fields[":path"] == "/a.B/C")
        #expect(fields["x-request-id"] == "7")
        #expect((first.count, second.count) == (3, 1))
        #expect(session.takeEvents().isEmpty)
    }

    @Test func anAnswerIsItsHeadItsBodyAndItsTrailers() throws {
        let session = try Self.session()
        try Self.feed(session, [.headers(1, HTTP2Frame.call("/a.B/C"), isEnd: true)])
        session.begin(1, [(":status", "200")], isEnd: false)
        session.send([1, 2], on: 1)
        session.send([3], on: 1)
        session.end(1, trailers: [("grpc-status", "0")])
        let frames = try Self.sent(by: session)
        let body = frames.filter { $0.isA(.data) }.flatMap(\.payload)
        #expect(body == [1, 2, 3])
        #expect(
            frames.filter { $0.isA(.headers) }.map { $0.flags & HTTP2Frame.endStream } == [0, 1]
        )
        guard case .closed(1, 0)? = session.takeEvents().last else {
            throw UnexpectedEvents(events: [])
        }
    }

    @Test("whole frames fill the memory that there is", arguments: [0, 8, 9, 64, 5000, 100_000])
    func bytesAreTheSameHoweverMuchMemoryThereIs(_ byteCount: Int) throws {
        func answered() throws -> HTTP2Session {
            let session = try Self.session()
            for stream in [1, 3] as [Int32] {
                try Self.feed(
                    session,
                    [.headers(UInt32(stream), HTTP2Frame.call("/a.B/C"), isEnd: true)]
                )
                session.answer(
                    stream,
                    [(":status", "200")],
                    [UInt8](repeating: UInt8(stream), count: 4000),
                    trailers: [("grpc-status", "0")]
                )
            }
            return session
        }
        let expected = try answered().sentBytes()
        #expect(expected.count > 8000)
        #expect(try answered().sentBytes(filling: byteCount) == expected)
    }

    /// Places for bodies are used again.
    @Test func aBodyThatWasGivenUpLeavesNothingToTheNextStreams() throws {
        let session = try Self.session()
        for stream in stride(from: Int32(1), to: 401, by: 2) {
            try Self.feed(
                session,
                [.headers(UInt32(stream), HTTP2Frame.call("/a.B/C"), isEnd: true)]
            )
            session.begin(stream, [(":status", "200")], isEnd: false)
            session.send([UInt8(truncatingIfNeeded: stream)], on: stream)
            session.send([9], on: stream)
            #expect(session.unsentByteCount(of: stream) == 2)
            if stream % 4 == 1 {
                session.reset(stream, .cancel)
                #expect(session.unsentByteCount(of: stream) == 0)
            } else {
                session.end(stream, trailers: [("grpc-status", "0")])
            }
            let frames = try Self.sent(by: session)
            let body = frames.filter { $0.isA(.data) }.flatMap(\.payload)
            #expect(body == (stream % 4 == 1 ? [] : [UInt8(truncatingIfNeeded: stream), 9]))
        }
    }

    @Test func aClientThatIsAnsweredEarlyIsResetOnlyAfterTheAnswer() throws {
        let session = try Self.session()
        try Self.feed(session, [.headers(1, HTTP2Frame.call("/a.B/C"))])
        session.begin(1, [(":status", "200"), ("grpc-status", "8")], isEnd: true)
        let kinds = try Self.sent(by: session).filter { $0.stream == 1 }.map(\.kind)
        #expect(kinds == [HTTP2Frame.Kind.headers.rawValue, HTTP2Frame.Kind.reset.rawValue])
    }

    @Test func theWindowOfAStreamOpensOnlyForWhatIsTaken() throws {
        var limits = HTTP2Limits()
        limits.firstWindow = 65_535
        let session = try Self.session(limits)
        try Self.feed(session, [.headers(1, HTTP2Frame.call("/a.B/C"))])
        for _ in 0..<4 { try Self.feed(session, [.data(1, [UInt8](repeating: 0, count: 16_000))]) }
        #expect(
            try Self.sent(by: session).allSatisfy { !($0.isA(.windowUpdate) && $0.stream == 1) }
        )
        session.consume(64_000, of: 1)
        #expect(try Self.sent(by: session).contains { $0.isA(.windowUpdate) && $0.stream == 1 })
    }

    @Test("G05: fields beyond the limit are marked", arguments: [false, true])
    func fieldsBeyondTheLimitAreMarked(isAbove: Bool) throws {
        var limits = HTTP2Limits()
        let base = HTTP2Frame.call("/a.B/C")
        let taken = base.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
        limits.headerBytesMax = taken + 32 + 1 + 100
        let session = try Self.session(limits)
        let value = String(repeating: "v", count: isAbove ? 101 : 100)
        try Self.feed(session, [.headers(1, base + [("x", value)], isEnd: true)])
        guard case .request(_, let fields, _)? = session.takeEvents().first else {
            throw UnexpectedEvents(events: [])
        }
        #expect(fields.isTooLarge == isAbove)
    }

    @Test("an answer to a stream that was reset in the same read is not kept")
    func anAnswerToAStreamThatIsGoneIsNotKept() throws {
        let session = try Self.session()
        try Self.feed(
            session,
            [.headers(1, HTTP2Frame.call("/a.B/C"), isEnd: true), .reset(1)]
        )
        session.answer(1, [(":status", "200")], [1, 2, 3], trailers: [("grpc-status", "0")])
        #expect(session.unsentByteCount(of: 1) == 0)
    }

    /// A field of 3,000 bytes that the table keeps, and then a byte for each time it is meant.
    @Test("G05: fields that grow when they are read are given up early")
    func fieldsThatGrowWhenTheyAreReadAreGivenUpEarly() throws {
        let session = try Self.session()
        var head = HTTP2Frame.headers(1, HTTP2Frame.call("/a.B/C"))
        let value = [UInt8](repeating: 0x61, count: 3000)
        // Literals with indexing: a new name of one byte, and lengths of 7 bits and more.
        head.payload += [0x40, 1, 0x78, 0x7F, 0xB9, 0x16] + value
        head.payload += [UInt8](repeating: 0xBE, count: 10_000)
        #expect(throws: HTTP2SessionError.flood) { try Self.feed(session, [head]) }
    }

    @Test("G01: bytes that are not HTTP/2 end the connection")
    func bytesThatAreNotHTTP2EndTheConnectionWithAReason() throws {
        let session = try HTTP2Session(.init(), now: Self.now)
        #expect(throws: HTTP2SessionError.unreadable) {
            try session.feed(bytes: Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        }
    }

    @Test(
        "G02: frames that bring nothing are bounded",
        arguments: [
            HTTP2Frame.ping, HTTP2Frame(.settings),
            HTTP2Frame(.windowUpdate, payload: [0, 0, 0, 1]),
        ]
    )
    func framesThatBringNothingAreBounded(_ frame: HTTP2Frame) throws {
        var limits = HTTP2Limits()
        limits.idleFramesBurst = 50
        let session = try Self.session(limits)
        var count = 0
        #expect(throws: HTTP2SessionError.flood) {
            while count < 100 {
                try Self.feed(session, [frame])
                _ = try Self.sent(by: session)
                count += 1
            }
        }
        #expect((40...50).contains(count))
    }

    @Test("G02: a flood in one piece is a flood")
    func aFloodInOnePieceIsAFlood() throws {
        let session = try Self.session()
        #expect(throws: HTTP2SessionError.flood) {
            try Self.feed(session, [HTTP2Frame](repeating: .ping, count: 3000))
        }
    }

    @Test("G10: pings among data are welcome")
    func pingsAmongDataAreWelcome() throws {
        var limits = HTTP2Limits()
        limits.idleFramesBurst = 50
        let session = try Self.session(limits)
        try Self.feed(session, [.headers(1, HTTP2Frame.call("/a.B/C"))])
        for _ in 0..<500 {
            try Self.feed(session, [.data(1, [0]), .ping])
            session.consumeOfConnection(1)
            session.consume(1, of: 1)
            _ = try Self.sent(by: session)
        }
    }

    @Test("G03: clients that reset without end are sent away")
    func clientsThatResetWithoutEndAreSentAway() throws {
        var limits = HTTP2Limits()
        limits.resetBurst = 20
        limits.resetsPerSecond = 1
        let session = try Self.session(limits)
        var frames: [HTTP2Frame] = []
        for call in 0..<200 where !session.isOver {
            let stream = UInt32(2 * call + 1)
            try? Self.feed(session, [.headers(stream, HTTP2Frame.call("/a.B/C")), .reset(stream)])
            frames += try Self.sent(by: session)
        }
        #expect(frames.contains { $0.isA(.goAway) })
        #expect(session.isOver)
    }

    @Test("G04: endless fields end the connection")
    func endlessFieldsEndTheConnection() throws {
        let session = try Self.session()
        var head = HTTP2Frame.headers(1, HTTP2Frame.call("/a.B/C"))
        head.flags = 0
        try Self.feed(session, [head])
        var count = 0
        #expect(throws: HTTP2SessionError.unreadable) {
            while count < 100 {
                try Self.feed(session, [HTTP2Frame(.continuation, stream: 1)])
                count += 1
            }
        }
        #expect(count == HTTP2Limits().continuationsMax)
    }

    @Test("G06: streams beyond the limit are refused, and the others go on")
    func streamsBeyondTheLimitAreRefusedAndTheOthersGoOn() throws {
        var limits = HTTP2Limits()
        limits.streamsMax = 2
        let session = try Self.session(limits)
        // The client has not read the limit so far: one that had would be sent away.
        for stream: UInt32 in [1, 3, 5] {
            try Self.feed(session, [.headers(stream, HTTP2Frame.call("/a.B/C"), isEnd: true)])
        }
        let resets = try Self.sent(by: session).filter { $0.isA(.reset) }
        #expect(resets.map(\.stream) == [5])
        session.begin(1, [(":status", "200")], isEnd: true)
        #expect(try Self.sent(by: session).contains { $0.isA(.headers) && $0.stream == 1 })
    }

    @Test func anAnnouncedEndTakesStreamsUntilItIsFinal() throws {
        let session = try Self.session()
        session.announceEnd()
        _ = try Self.sent(by: session)
        try Self.feed(session, [.headers(1, HTTP2Frame.call("/a.B/C"), isEnd: true)])
        session.endAfterStreams()
        session.begin(1, [(":status", "200")], isEnd: true)
        let frames = try Self.sent(by: session)
        #expect(frames.contains { $0.isA(.goAway) && $0.payload.prefix(4) == [0, 0, 0, 1] })
        #expect(frames.contains { $0.isA(.headers) && $0.stream == 1 })
        #expect(session.isOver)
    }

    /// Whatever comes, the session neither traps nor takes more than its limits.
    @Test("G01: damaged bytes never trap", arguments: 0..<40)
    func damagedBytesNeverTrap(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = HTTP2Frame.preface
        for call in 0..<20 {
            let stream = UInt32(2 * call + 1)
            bytes += HTTP2Frame.headers(stream, HTTP2Frame.call("/a.B/C")).bytes
            bytes += HTTP2Frame.data(stream, [0, 0, 0, 0, 1, 9], isEnd: call % 2 == 0).bytes
            bytes += HTTP2Frame.ping.bytes
        }
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 24..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        let session = try HTTP2Session(.init(), now: Self.now)
        while !bytes.isEmpty {
            let count = Int.random(in: 1...200, using: &random)
            let part = Array(bytes.prefix(count))
            bytes = Array(bytes.dropFirst(count))
            guard (try? session.feed(bytes: part)) != nil else { break }
            for event in session.takeEvents() {
                switch event {
                case .request(let stream, _, _):
                    session.begin(stream, [(":status", "200")], isEnd: true)
                case .data(_, let range): #expect(range.upperBound <= part.count)
                case .end, .closed, .response: break
                }
            }
            _ = try Self.sent(by: session)
        }
    }
}
