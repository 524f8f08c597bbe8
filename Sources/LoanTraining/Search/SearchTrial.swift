// SPDX-License-Identifier: Apache-2.0

/// A trial of a search: what it tried, and how it did.
package struct SearchTrial: Equatable, Sendable {
    /// A parameter with its value.
    package struct Value: Equatable, Sendable {
        /// XGBoost's name.
        package let name: String
        /// What was drawn.
        package let value: Double

        /// A parameter with its value.
        package init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// What was drawn for it.
    package let values: [Value]
    /// Rounds that it was boosted for.
    package internal(set) var rounds = 0
    /// The last rung that it took part in, from 1; 0 for none.
    package internal(set) var rung = 0
    /// The best of its rounds.
    package internal(set) var best = BestRound()
}

/// What a search found.
package struct SearchReport: Equatable, Sendable {
    /// All trials, in the order of their draws.
    package let trials: [SearchTrial]
    /// The place of the best one.
    package let winner: Int
    /// The parameters to train with: those of the best trial, with the rounds of its best one.
    package let parameters: TrainingParameters
    /// Rows that the trials learned from.
    package let trainRows: Int
    /// Rows that they were measured on.
    package let measuredRows: Int
    /// Whether the time was over before the last rung ended.
    package let isCutShort: Bool
}
