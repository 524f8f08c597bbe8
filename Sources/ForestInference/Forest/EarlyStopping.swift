// SPDX-License-Identifier: Apache-2.0

/// Which iterations of a model count that says which one was the best, or of which some were asked
/// for.
///
/// `XGBClassifier.predict` and `XGBRegressor.predict` score up to the best iteration and leave out
/// what early stopping had to train after it; so does a ``Forest`` unless it is asked for others.
/// `Booster.predict` scores all.
public struct EarlyStopping: Sendable, Equatable {
    /// The best iteration, counted from 0; nil where the model does not say it.
    public let bestIteration: Int?
    /// Iterations that the document holds.
    public let iterationCount: Int
    /// Iterations that count.
    public let scored: Range<Int>

    /// What counts of a document.
    init(bestIteration: Int?, iterationCount: Int, scored: Range<Int>) {
        self.bestIteration = bestIteration
        self.iterationCount = iterationCount
        self.scored = scored
    }

    /// What counts unless others are asked for.
    init(bestIteration: Int, iterationCount: Int) {
        self.init(
            bestIteration: bestIteration,
            iterationCount: iterationCount,
            scored: 0..<bestIteration + 1
        )
    }

    /// How many iterations count.
    public var scoredCount: Int { scored.count }

    /// Whether these are the iterations up to the best one.
    var isUsual: Bool { bestIteration.map { scored == 0..<$0 + 1 } ?? false }

    /// What is scored, for people: a clause without an end.
    public var sentence: String {
        let best = bestIteration.map { "best_iteration \($0)" }
        guard scored.lowerBound == 0 else {
            let end = best.map { "; it has \($0)" } ?? ""
            return "scores the iterations \(scored.lowerBound) to \(scored.upperBound - 1) of "
                + "\(iterationCount), counted from 0, as asked" + end
        }
        if isUsual, let best {
            return scoredCount == iterationCount
                ? "scores all \(iterationCount) iterations, of which the last is \(best)"
                : "scores the first \(scoredCount) of \(iterationCount) iterations, \(best) as "
                    + "XGBClassifier.predict; Booster.predict would use all"
        }
        let part =
            scoredCount == iterationCount
            ? "all \(iterationCount) iterations"
            : "the first \(scoredCount) of \(iterationCount) iterations"
        return "scores \(part), as asked" + (best.map { "; it has \($0)" } ?? "")
    }
}
