// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import Machine
import Testing

@Suite struct ConnectionClockTests {
    private static let start = MonotonicTime(nanoseconds: 0)

    private static func clock(jitter: Double = 0) -> ConnectionClock {
        ConnectionClock(
            GRPCLimits(),
            openingTime: .seconds(10),
            grace: .seconds(20),
            jitter: jitter,
            now: start
        )
    }

    private static func after(_ seconds: Int) -> MonotonicTime {
        start.advanced(by: .seconds(seconds))
    }

    @Test func whoSaysNothingIsClosed() {
        var clock = Self.clock()
        let action1 = clock.expire(now: Self.after(9))
        #expect(action1 == .nothing)
        let action2 = clock.expire(now: Self.after(10))
        #expect(action2 == .close)
    }

    @Test("G17: a silent client is asked, and then closed")
    func aSilentClientIsAskedAndThenClosed() {
        var clock = Self.clock()
        clock.receive(now: Self.after(1))
        #expect(clock.nextTimeout == Self.after(21))
        let action3 = clock.expire(now: Self.after(21))
        #expect(action3 == .ping)
        let action4 = clock.expire(now: Self.after(22))
        #expect(action4 == .nothing)
        #expect(clock.nextTimeout == Self.after(31))
        let action5 = clock.expire(now: Self.after(31))
        #expect(action5 == .close)
    }

    @Test func whoAnswersStays() {
        var clock = Self.clock()
        clock.receive(now: Self.after(1))
        let action6 = clock.expire(now: Self.after(21))
        #expect(action6 == .ping)
        clock.receive(now: Self.after(22))
        let action7 = clock.expire(now: Self.after(41))
        #expect(action7 == .nothing)
        let action8 = clock.expire(now: Self.after(42))
        #expect(action8 == .ping)
    }

    @Test("G16: an old connection ends in two steps", arguments: [(-1.0, 540), (0, 600), (1, 660)])
    func anOldConnectionEndsInTwoSteps(_ jitter: Double, _ age: Int) {
        var clock = Self.clock(jitter: jitter)
        clock.receive(now: Self.after(age - 1))
        let action9 = clock.expire(now: Self.after(age - 1))
        #expect(action9 == .nothing)
        let action10 = clock.expire(now: Self.after(age))
        #expect(action10 == .announceEnd)
        #expect(!clock.isEnding)
        let action11 = clock.expire(now: Self.after(age + 1))
        #expect(action11 == .endAfterStreams)
        #expect(clock.isEnding)
        clock.receive(now: Self.after(age + 20))
        let action12 = clock.expire(now: Self.after(age + 21))
        #expect(action12 == .close)
    }

    @Test func anEndIsAnnouncedOnce() {
        var clock = Self.clock()
        clock.receive(now: Self.start)
        let action13 = clock.end(now: Self.start)
        #expect(action13 == .announceEnd)
        let action14 = clock.end(now: Self.start)
        #expect(action14 == .nothing)
    }
}
