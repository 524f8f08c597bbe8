// SPDX-License-Identifier: Apache-2.0

import Admission
import Machine
import Testing

@Suite struct PoolLoadTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000)

    private func at(_ milliseconds: Int) -> MonotonicTime {
        start.advanced(by: .milliseconds(milliseconds))
    }

    @Test func isNotSaturatedBeforeAWindowIsOver() {
        var load = PoolLoad(now: start)
        load.settle(isIdle: false, now: at(1))
        load.look(now: at(99))
        #expect(!load.isSaturated)
        #expect(load.picosecondsPerRow == nil)
    }

    @Test func isSaturatedWhenIdleForLessThanATenthOfAWindow() {
        var load = PoolLoad(now: start)
        load.settle(isIdle: false, now: at(9))
        load.did(rows: 1000)
        load.look(now: at(100))
        #expect(load.isSaturated)
        // 100 ms for 1,000 rows, whoever had the processors.
        #expect(load.picosecondsPerRow == 100_000_000)
    }

    @Test func idleMomentsAddUp() {
        var load = PoolLoad(now: start)
        for moment in stride(from: 0, to: 100, by: 20) {
            load.settle(isIdle: false, now: at(moment + 3))
            load.settle(isIdle: true, now: at(moment + 20))
        }
        load.look(now: at(100))
        #expect(!load.isSaturated)
    }

    @Test func forgetsAWindowThatIsOver() {
        var load = PoolLoad(now: start)
        load.settle(isIdle: false, now: at(0))
        load.did(rows: 10)
        load.look(now: at(100))
        #expect(load.isSaturated)
        load.settle(isIdle: true, now: at(110))
        // Nothing has come for a second.
        load.look(now: at(1100))
        #expect(!load.isSaturated)
        #expect(load.picosecondsPerRow == nil)
    }

    @Test func beatsAreMultiplesOfTheirLength() {
        let beat = Duration.milliseconds(5)
        #expect(MonotonicTime(nanoseconds: 12_345_678).next(beat).nanoseconds == 15_000_000)
        #expect(MonotonicTime(nanoseconds: 15_000_000).next(beat).nanoseconds == 20_000_000)
    }
}
