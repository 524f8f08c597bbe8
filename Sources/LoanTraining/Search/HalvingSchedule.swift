// SPDX-License-Identifier: Apache-2.0

// Successive halving: K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and
// Hyperparameter Optimization", AISTATS 2016, arXiv 1502.07943, with rounds of boosting as the
// resource and a third of the trials kept, as in L. Li et al., "Hyperband", JMLR 18 (2018) 185.
//
// Limit: trials are compared after equal rounds, so that small learning rates, which need more of
// them, leave early.

/// How many trials a search has at each of its rungs, and how many rounds each of them has by then.
package struct HalvingSchedule: Equatable, Sendable {
    /// A step of the search: the trials that are still in it go on to a number of rounds.
    package struct Rung: Equatable, Sendable {
        /// Rounds that each trial has at the end of it.
        package let rounds: Int
        /// Trials in it.
        package let trials: Int
    }

    /// One of how many goes on to the next rung, which has as many times the rounds.
    package static let factor = 3
    /// Fewest rounds that say something about a trial.
    package static let roundsMin = 10
    /// Trials that may be asked for.
    package static let trialsRange = 2...500

    /// The rungs in order; the last one has all rounds.
    package let rungs: [Rung]

    /// - Parameters:
    ///   - trials: at the first rung, at least 1.
    ///   - rounds: at the last one, at least 1.
    package init(trials: Int, rounds: Int) {
        precondition(trials >= 1 && rounds >= 1, "callers check the numbers")
        var divisor = 1
        while trials / (divisor * Self.factor) >= 1,
            rounds / (divisor * Self.factor) >= Self.roundsMin
        {
            divisor *= Self.factor
        }
        var rungs: [Rung] = []
        var kept = trials
        while divisor >= 1 {
            rungs.append(Rung(rounds: rounds / divisor, trials: kept))
            kept = max(1, kept / Self.factor)
            divisor /= Self.factor
        }
        self.rungs = rungs
    }

    /// Rounds of all trials together, where none ends early.
    package var roundCount: Int {
        var (sum, before) = (0, 0)
        for rung in rungs {
            sum += rung.trials * (rung.rounds - before)
            before = rung.rounds
        }
        return sum
    }
}
