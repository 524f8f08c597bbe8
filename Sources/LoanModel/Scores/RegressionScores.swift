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

    /// Scores that were measured before.
    package init(rmse: Double, mae: Double, r2: Double, rowCount: Int, areOfUnseenRows: Bool) {
        self.rmse = rmse
        self.mae = mae
        self.r2 = r2
        self.rowCount = rowCount
        self.areOfUnseenRows = areOfUnseenRows
    }

    /// Scores `predictions` against `labels`.
    /// - Parameter weights: how much each row counts, as scikit-learn's `sample_weight`; nil: 1.
    package init(
        labels: Span<Float>,
        predictions: Span<Float>,
        weights: [Float]? = nil,
        areOfUnseenRows: Bool
    ) {
        precondition(labels.count == predictions.count, "one prediction per label")
        func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
        let all = labels.indices.reduce(0) { $0 + weight($1) }
        var mean = 0.0
        for row in labels.indices { mean += weight(row) * Double(labels[row]) / all }
        var (squares, distances, variance) = (0.0, 0.0, 0.0)
        for row in labels.indices {
            let distance = Double(predictions[row]) - Double(labels[row])
            squares += weight(row) * distance * distance
            distances += weight(row) * abs(distance)
            let deviation = Double(labels[row]) - mean
            variance += weight(row) * deviation * deviation
        }
        rmse = (squares / all).squareRoot()
        mae = distances / all
        r2 = variance > 0 ? 1 - squares / variance : .nan
        rowCount = labels.count
        self.areOfUnseenRows = areOfUnseenRows
    }
}

extension RegressionScores {
    /// What to know of scores whose rows training may have seen copies of; nil for others.
    package var warning: String? { ModelScores.warning(areOfUnseenRows: areOfUnseenRows) }
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
        case .numbers(let scores): scores.warning
        }
    }

    static func warning(areOfUnseenRows: Bool) -> String? {
        areOfUnseenRows
            ? nil
            : "copies of applications that the model was trained on may be among those it was "
                + "measured on, so the scores may be too good: prepare the data and train "
                + "again for scores of applications that training never saw"
    }

    /// Rows that were scored.
    package var rowCount: Int {
        switch self {
        case .classes(let scores): scores.nonDefault.support + scores.default.support
        case .numbers(let scores): scores.rowCount
        }
    }

    /// The scores of a probability; nil where a number is predicted.
    package var classes: ClassificationScores? {
        guard case .classes(let scores) = self else { return nil }
        return scores
    }
}
