// SPDX-License-Identifier: Apache-2.0

/// What a search is asked for.
package struct SearchPlan: Equatable, Sendable {
    /// What is tried.
    package let space: SearchSpace
    /// Trials at the first rung, in `HalvingSchedule.trialsRange`.
    package let trials: Int
    /// The longest that it may take, in minutes; nil: as long as it takes.
    package let minutes: Double?
    /// Seed of the draws.
    package let seed: UInt64

    /// Trials where none are asked for.
    package static let usualTrials = 20
    /// Minutes that may be asked for: a second to a week.
    package static let minutesRange = (1.0 / 60)...10_080

    /// Gathers what is asked for.
    package init(
        space: SearchSpace = .usual,
        trials: Int = usualTrials,
        minutes: Double? = nil,
        seed: UInt64 = 0
    ) {
        self.space = space
        self.trials = trials
        self.minutes = minutes
        self.seed = seed
    }
}
