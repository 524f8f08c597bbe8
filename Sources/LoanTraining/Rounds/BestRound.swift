// SPDX-License-Identifier: Apache-2.0

/// The best round so far, and when to give up: the rule of XGBoost's callback `EarlyStopping`,
/// where a round is better only with a smaller loss.
package struct BestRound: Equatable, Sendable {
    /// The best round, from 1; 0 before the first.
    package private(set) var round = 0
    /// Its loss.
    package private(set) var loss = Double.infinity

    /// No round is done.
    package init() {}

    /// Takes the loss after a round.
    /// - Parameter patience: rounds without a better one after which it is over.
    /// - Returns: whether it is over.
    package mutating func isOver(after round: Int, loss: Double, patience: Int) -> Bool {
        if self.round == 0 || loss < self.loss {
            self.round = round
            self.loss = loss
        }
        return round - self.round >= patience
    }
}
