// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import TestSupport
import Testing

/// A server that does not read, because its peer does not, must not call the peer late.
@Suite struct HeldInputTests {
    private static func time(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 0).advanced(by: .seconds(seconds))
    }

    /// A connection that has got the beginning of a frame at time 0.
    private static func connection() -> ServerConnection {
        var connection = unheardConnection()
        var bytes = Wire.greeting() + Wire.frame(2, stream: 1, length: 1_000)
        while !bytes.isEmpty {
            let (consumed, _) = connection.next(in: unsafe bytes.span.bytes, now: time(0))
            if consumed == 0 { break }
            bytes.removeFirst(consumed)
        }
        return connection
    }

    private static func events(_ connection: inout ServerConnection, at seconds: Int) -> [String] {
        connection.expire(now: time(seconds)).map { "\($0)" }
    }

    @Test func framesAreNotSlowWhileTheyAreNotRead() {
        var connection = Self.connection()
        connection.holdInput(now: Self.time(1))
        #expect(Self.events(&connection, at: 25).isEmpty)
        #expect(connection.nextTimeout() > Self.time(25))
        connection.releaseInput(now: Self.time(25))
        // One second had gone by before, three do now.
        #expect(Self.events(&connection, at: 28).isEmpty)
        #expect(Self.events(&connection, at: 30).first?.contains("slowFrame") == true)
    }

    @Test func noAnswerIsExpectedToPingsWhileNothingIsRead() {
        var connection = unheardConnection()
        let bytes = Wire.greeting()
        var position = 0
        while position < bytes.count {
            let rest = Array(bytes[position...])
            position += connection.next(in: unsafe rest.span.bytes, now: Self.time(0)).0
        }
        #expect(Self.events(&connection, at: 20).first?.contains("ping") == true)
        connection.holdInput(now: Self.time(21))
        #expect(Self.events(&connection, at: 100).isEmpty)
        connection.releaseInput(now: Self.time(100))
        #expect(Self.events(&connection, at: 105).isEmpty)
        #expect(Self.events(&connection, at: 110).first?.contains("noPong") == true)
    }
}
