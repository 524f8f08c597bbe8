// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct ParameterSearchTests {
    private let rows = TrainingRows.make(600, seed: 11, weighted: true)
    private let held = TrainingRows.make(300, seed: 12, weighted: true)

    private func trainer(rounds: Int) -> Trainer {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        return Trainer(parameters: parameters, threadCount: 1)
    }

    private func search(
        _ plan: SearchPlan,
        rounds: Int = 90,
        progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> SearchReport {
        try ParameterSearch(trainer(rounds: rounds), plan).run(
            rows,
            held: held,
            featureNames: TrainingRows.names,
            progress: progress
        )
    }

    @Test func fewerTrialsGoOnAndTheBestOfTheLastRungWins() throws {
        let report = try search(SearchPlan(trials: 9, seed: 4))
        #expect(report.trials.count == 9)
        #expect(report.trials.count { $0.rung >= 1 } == 9)
        #expect(report.trials.count { $0.rung >= 2 } == 3)
        let last = report.trials.filter { $0.rung == 3 }
        #expect(last.map(\.values) == [report.trials[report.winner].values])
        // At the end of the first rung those that go on were better than those that do not, and
        // more rounds make no best round worse.
        let left = report.trials.filter { $0.rung == 1 }.map(\.best.loss).min()
        let next = report.trials.filter { $0.rung == 2 }.map(\.best.loss).max()
        #expect(try #require(next) <= #require(left))
        #expect(!report.isCutShort)
        #expect(report.trainRows == 600)
        #expect(report.measuredRows == 300)
    }

    @Test func theWinnersParametersAreThoseThatWereDrawn() throws {
        let report = try search(SearchPlan(trials: 4, seed: 9))
        let winner = report.trials[report.winner]
        var parameters = TrainingParameters()
        for drawn in winner.values { try parameters.set(drawn.name, to: drawn.value) }
        parameters.rounds = winner.best.round
        #expect(report.parameters == parameters)
    }

    @Test func theSameSeedDrawsAndFindsTheSame() throws {
        let plans = [3, 3, 5].map { SearchPlan(trials: 4, seed: $0) }
        let reports = try plans.map { try search($0) }
        #expect(reports[0] == reports[1])
        #expect(reports[0].trials.map(\.values) != reports[2].trials.map(\.values))
    }

    @Test func drawsStayInTheirRanges() throws {
        let space = try SearchSpace([
            ("learning_rate", 0.01, 0.3), ("max_depth", 3, 5), ("lambda", 0.5, 0.5),
        ])
        let report = try search(SearchPlan(space: space, trials: 60, seed: 1), rounds: 1)
        let depths = report.trials.map { $0.values[1].value }
        #expect(Set(depths) == [3, 4, 5])
        let rates = report.trials.map { $0.values[0].value }
        #expect(rates.allSatisfy { (0.01...0.3).contains($0) })
        // Half of the draws of a logarithmic range are below the geometric mean of its ends.
        #expect((15...45).contains(rates.count { $0 < 0.0548 }))
        #expect(report.trials.allSatisfy { $0.values[2].value == 0.5 })
    }

    @Test func whatIsPausedBetweenRungsGoesOnAsIfItWereNot() throws {
        let space = try SearchSpace([
            ("learning_rate", 0.1, 0.1), ("max_depth", 3, 3), ("subsample", 1, 1),
        ])
        let report = try search(SearchPlan(space: space, trials: 9, seed: 1))
        // All trials are the same, so that the first one goes to the end, in three pieces.
        let trial = report.trials[report.winner]
        #expect(trial.rung == 3)
        var parameters = TrainingParameters()
        parameters.rounds = 90
        parameters.learningRate = 0.1
        parameters.maxDepth = 3
        parameters.earlyStoppingRounds = 20
        let whole = try Trainer(parameters: parameters, threadCount: 1).train(rows, watched: held)
        #expect(whole.record.best == trial.best)
        #expect(whole.record.boosted == trial.rounds)
    }

    @Test func aTrialWithoutHopeEndsBeforeItsRung() throws {
        let space = try SearchSpace([("learning_rate", 1, 1), ("max_depth", 10, 10)])
        let report = try search(SearchPlan(space: space, trials: 2, seed: 1), rounds: 400)
        for trial in report.trials {
            #expect(trial.rounds == trial.best.round + 40)
        }
    }

    @Test func withoutTimeOneTrialOfEachRungIsBoosted() throws {
        let report = try search(SearchPlan(trials: 9, minutes: 0, seed: 4))
        #expect(report.isCutShort)
        #expect(report.trials.map(\.rung) == [3] + [Int](repeating: 0, count: 8))
        #expect(report.winner == 0)
        #expect(report.trials[1].rounds == 0)
    }

    @Test func progressRisesToTheEndAndNamesTheTrial() throws {
        var shares: [Double] = []
        var phases: [TrainingProgress.Phase] = []
        _ = try search(SearchPlan(trials: 9, seed: 4)) { step in
            shares.append(step.share)
            if phases.last != step.phase { phases.append(step.phase) }
            return true
        }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(try #require(shares.last) <= 1)
        #expect(phases.prefix(9) == (1...9).map { .trial($0, of: 9) }[...])
        #expect(phases.count == 9 + 3 + 1 || phases.count == 9 + 3)
    }

    @Test func stopsWhenProgressSaysSo() {
        var rounds = 0
        #expect {
            _ = try search(SearchPlan(trials: 9)) { _ in
                rounds += 1
                return rounds < 15
            }
        } throws: { error in
            if case TrainingError.cancelled = error { true } else { false }
        }
        #expect(rounds == 15)
    }
}
