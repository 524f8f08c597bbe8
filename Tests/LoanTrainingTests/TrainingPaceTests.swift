// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct TrainingPaceTests {
    /// The estimates of a training whose first round takes `first`, and each other one `other`.
    private func estimates(
        rounds: Int,
        first: Duration,
        other: Duration
    ) -> [(elapsed: Duration, remaining: Duration?)] {
        var pace = TrainingPace(rounds: rounds)
        return (1...rounds).map { round in
            let elapsed = first + other * (round - 1)
            return (elapsed, pace.remaining(after: round, at: elapsed))
        }
    }

    /// A first round of 1.4 s in a training of 40 s: 500 times that would be 11 minutes.
    @Test func theFirstRoundDoesNotCount() {
        let first = Duration.milliseconds(1400)
        let estimates = estimates(rounds: 500, first: first, other: .milliseconds(80))
        let end = estimates[499].elapsed
        #expect(estimates[0].remaining == nil)
        let given = estimates.filter { $0.remaining != nil }
        #expect(given.count >= 475)
        for (elapsed, remaining) in given {
            let difference = (remaining ?? .zero) - (end - elapsed)
            #expect(difference < .milliseconds(1) && difference > .milliseconds(-1))
        }
    }

    @Test func anEstimateWaitsForEnoughRounds() throws {
        let quick = estimates(rounds: 500, first: .milliseconds(20), other: .milliseconds(10))
        #expect(quick.firstIndex { $0.remaining != nil } == 24)
        // Of slow rounds two seconds are enough, and three rounds at least.
        let slow = estimates(rounds: 500, first: .seconds(1), other: .milliseconds(500))
        #expect(slow.firstIndex { $0.remaining != nil } == 4)
        let slower = estimates(rounds: 500, first: .seconds(9), other: .seconds(8))
        #expect(slower.firstIndex { $0.remaining != nil } == 3)
    }

    @Test func oneSlowRoundHardlyMovesTheEstimate() throws {
        var pace = TrainingPace(rounds: 500)
        var elapsed = Duration.zero
        var estimates: [Duration] = []
        for round in 1...500 {
            elapsed += round == 250 ? .seconds(1) : .milliseconds(80)
            if let left = pace.remaining(after: round, at: elapsed) { estimates.append(left) }
        }
        for (before, after) in zip(estimates, estimates.dropFirst()) {
            #expect(after - before < .seconds(1))
        }
    }

    @Test(arguments: [1, 2, 3])
    func shortTrainingsEndWithNothingLeft(rounds: Int) {
        let estimates = estimates(rounds: rounds, first: .seconds(1), other: .seconds(1))
        #expect(estimates[rounds - 1].remaining == .zero)
        #expect(estimates.dropLast().allSatisfy { $0.remaining == nil })
    }
}
