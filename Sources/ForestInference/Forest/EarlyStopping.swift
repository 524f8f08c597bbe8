// SPDX-License-Identifier: Apache-2.0

/// Which iterations of a model count that says which one was the best.
///
/// `XGBClassifier.predict` and `XGBRegressor.predict` score up to the best iteration and leave out
/// what early stopping had to train after it; so does a ``Forest``. `Booster.predict` scores all.
public struct EarlyStopping: Sendable, Equatable {
    /// The best iteration, counted from 0.
    public let bestIteration: Int
    /// Iterations that the document holds.
    public let iterationCount: Int

    /// Iterations that count.
    public var scoredCount: Int { bestIteration + 1 }

    /// What is scored, for people: a clause without an end.
    public var sentence: String {
        scoredCount == iterationCount
            ? "scores all \(iterationCount) iterations, of which the last is best_iteration "
                + "\(bestIteration)"
            : "scores the first \(scoredCount) of \(iterationCount) iterations, best_iteration "
                + "\(bestIteration) as XGBClassifier.predict; Booster.predict would use all"
    }
}
