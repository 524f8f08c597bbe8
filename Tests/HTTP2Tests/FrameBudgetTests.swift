// SPDX-License-Identifier: Apache-2.0

import HTTP2
import Machine
import Testing

@Suite struct FrameBudgetTests {
    private static let start = MonotonicTime(nanoseconds: 0)

    private static var limits: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.idleFramesBurst = 10
        limits.idleFramesPerSecond = 5
        return limits
    }

    @Test func aBurstIsAllowedAndOneFrameMoreIsNot() {
        var budget = FrameBudget(Self.limits, now: Self.start)
        let mayGoOn1 = budget.spend(10, now: Self.start)
        #expect(mayGoOn1)
        let mayGoOn2 = budget.spend(1, now: Self.start)
        #expect(!mayGoOn2)
    }

    @Test func timeGivesSomeBack() {
        var budget = FrameBudget(Self.limits, now: Self.start)
        let mayGoOn3 = budget.spend(10, now: Self.start)
        #expect(mayGoOn3)
        let later = Self.start.advanced(by: .seconds(1))
        let mayGoOn4 = budget.spend(5, now: later)
        #expect(mayGoOn4)
        let mayGoOn5 = budget.spend(1, now: later)
        #expect(!mayGoOn5)
    }

    @Test func framesThatCarrySomethingAllowTwoEach() {
        var budget = FrameBudget(Self.limits, now: Self.start)
        for _ in 0..<100 {
            budget.earn(1)
            let mayGoOn6 = budget.spend(2, now: Self.start)
            #expect(mayGoOn6)
        }
    }
}
