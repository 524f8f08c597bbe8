// SPDX-License-Identifier: Apache-2.0

/// How well predictions meet numbers, as scikit-learn's `root_mean_squared_error`,
/// `mean_absolute_error` and `r2_score` have it.
package struct RegressionScores: Equatable, Sendable {
    /// Root of the mean squared distance, in units of the label.
    package let rmse: Double
    /// Mean distance, in units of the label.
    package let mae: Double
    /// The share of the labels' variance that the predictions explain; NaN where they have none.
    package let r2: Double
    /// Rows that were scored.
    package let rowCount: Int
    /// Whether training saw no copy of any row that was scored, with noise or without.
    package let areOfUnseenRows: Bool

    /// Scores `predictions` against `labels`.
    package init(labels: Span<Float>, predictions: Span<Float>, areOfUnseenRows: Bool) {
        precondition(labels.count == predictions.count, "one prediction per label")
        let count = Double(max(1, labels.count))
        var mean = 0.0
        for row in labels.indices { mean += Double(labels[row]) / count }
        var (squares, distances, variance) = (0.0, 0.0, 0.0)
        for row in labels.indices {
            let distance = Double(predictions[row]) - Double(labels[row])
            squares += distance * distance
            distances += abs(distance)
            let deviation = Double(labels[row]) - mean
            variance += deviation * deviation
        }
        rmse = (squares / count).squareRoot()
        mae = distances / count
        r2 = variance > 0 ? 1 - squares / variance : .nan
        rowCount = labels.count
        self.areOfUnseenRows = areOfUnseenRows
    }
}

/// How a model did on held-out rows, by what it predicts.
package enum ModelScores: Equatable, Sendable {
    /// It predicts a probability.
    case classes(ClassificationScores)
    /// It predicts a number.
    case numbers(RegressionScores)

    /// What to know of scores whose rows training may have seen copies of; nil for others.
    package var warning: String? {
        switch self {
        case .classes(let scores): scores.warning
        case .numbers: nil
        }
    }

    /// The scores of a probability; nil where a number is predicted.
    package var classes: ClassificationScores? {
        guard case .classes(let scores) = self else { return nil }
        return scores
    }
}
