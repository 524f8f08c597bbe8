// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Machine
import TestSupport
import Testing

/// A server that does not read, because its peer does not, must not call the peer late.
@Suite struct HeldInputTests {
    private static func time(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 0).advanced(by: .seconds(seconds))
    }

    /// A connection that has received `count` bytes at time 0, the last frame perhaps in part.
    private static func connection(_ bytes: [UInt8]) -> ServerConnection {
        var connection = unheardConnection()
        var bytes = bytes
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
        let beginning = Wire.frame(2, stream: 1, length: 1_000)
        var connection = Self.connection(Wire.greeting() + beginning)
        connection.holdInput(now: Self.time(1))
        #expect(Self.events(&connection, at: 25).isEmpty)
        #expect(connection.nextTimeout() > Self.time(25))
        connection.releaseInput(now: Self.time(25))
        // One second had gone by before, three do now.
        #expect(Self.events(&connection, at: 28).isEmpty)
        #expect(Self.events(&connection, at: 30).first?.contains("slowFrame") == true)
    }

    @Test func noAnswerIsExpectedToPingsWhileNothingIsRead() {
        var connection = Self.connection(Wire.greeting())
        #expect(Self.events(&connection, at: 20).first?.contains("ping") == true)
        connection.holdInput(now: Self.time(21))
        #expect(Self.events(&connection, at: 100).isEmpty)
        connection.releaseInput(now: Self.time(100))
        #expect(Self.events(&connection, at: 105).isEmpty)
        #expect(Self.events(&connection, at: 110).first?.contains("noPong") == true)
    }
}
