// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct HalvingScheduleTests {
    private func rungs(_ trials: Int, _ rounds: Int) -> [[Int]] {
        HalvingSchedule(trials: trials, rounds: rounds).rungs.map { [$0.rounds, $0.trials] }
    }

    @Test func aThirdOfTheTrialsGoesOnToThreeTimesTheRounds() {
        #expect(rungs(20, 500) == [[55, 20], [166, 6], [500, 2]])
        #expect(rungs(27, 270) == [[10, 27], [30, 9], [90, 3], [270, 1]])
        #expect(rungs(2, 500) == [[500, 2]])
        #expect(rungs(3, 30) == [[10, 3], [30, 1]])
    }

    @Test func noRungHasTooFewRoundsToSaySomething() {
        #expect(rungs(100, 29) == [[29, 100]])
        #expect(rungs(100, 30) == [[10, 100], [30, 33]])
        #expect(rungs(1, 1) == [[1, 1]])
    }

    @Test(arguments: [2, 7, 20, 81, 500], [1, 50, 500, 10_000])
    func roundsRiseTrialsFallAndTheLastRungHasAllRounds(trials: Int, rounds: Int) {
        let rungs = HalvingSchedule(trials: trials, rounds: rounds).rungs
        #expect(rungs.first?.trials == trials)
        #expect(rungs.last?.rounds == rounds)
        for (lower, upper) in zip(rungs, rungs.dropFirst()) {
            #expect(lower.rounds < upper.rounds)
            #expect(lower.trials > upper.trials)
            #expect(upper.trials >= 1)
        }
    }

    @Test func twentyTrialsTakeLessThanFiveTrainings() {
        #expect(HalvingSchedule(trials: 20, rounds: 500).roundCount == 2_434)
    }
}
