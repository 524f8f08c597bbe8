// SPDX-License-Identifier: Apache-2.0

/// How well probabilities predict labels: scikit-learn's `classification_report` for the classes
/// Non-Default and Default, plus `roc_auc_score` and `brier_score_loss`.
package struct ClassificationScores: Equatable, Sendable {
    /// One line of the report.
    package struct Line: Equatable, Sendable {
        /// Share of the rows predicted as this class that are of it.
        package let precision: Double
        /// Share of the rows of this class that are predicted as it.
        package let recall: Double
        /// Harmonic mean of precision and recall.
        package let f1: Double
        /// Rows of this class.
        package let support: Int
        /// What the rows of this class count together: as many as they are without weights.
        package let weight: Double

        /// A line of these figures; nil for the weight of rows that count 1 each.
        package init(
            precision: Double,
            recall: Double,
            f1: Double,
            support: Int,
            weight: Double? = nil
        ) {
            self.weight = weight ?? Double(support)
            self.precision = precision
            self.recall = recall
            self.f1 = f1
            self.support = support
        }
    }

    /// Applications that were paid back.
    package let nonDefault: Line
    /// Applications that were not.
    package let `default`: Line
    /// Share of rows whose label is predicted right.
    package let accuracy: Double
    /// Area under the ROC curve; NaN when only one class is present.
    package let auc: Double
    /// Mean square of the distance between probability and label; nil in older artifacts.
    package let brier: Double?
    /// Whether training saw no copy of any row that was scored, with noise or without. Where it
    /// may have seen some, a model does better on them than on applications it never saw.
    package let areOfUnseenRows: Bool

    /// Scores that were measured before.
    package init(
        nonDefault: Line,
        default: Line,
        accuracy: Double,
        auc: Double,
        brier: Double?,
        areOfUnseenRows: Bool
    ) {
        self.nonDefault = nonDefault
        self.default = `default`
        self.accuracy = accuracy
        self.auc = auc
        self.brier = brier
        self.areOfUnseenRows = areOfUnseenRows
    }

    /// Scores `probabilities` of default against `labels` (0 or 1); above 0.5 predicts a default.
    /// - Parameter weights: how much each row counts, as scikit-learn's `sample_weight`; nil: 1.
    package init(
        labels: Span<Float>,
        probabilities: Span<Float>,
        weights: [Float]? = nil,
        areOfUnseenRows: Bool
    ) {
        precondition(labels.count == probabilities.count, "one probability per label")
        var counts = ConfusionCounts()
        for row in labels.indices {
            counts.add(
                isDefault: labels[row] > 0.5,
                isPredicted: probabilities[row] > 0.5,
                weight: weights.map { Double($0[row]) } ?? 1
            )
        }
        nonDefault = Line(
            truePositives: counts.trueNegatives,
            falsePositives: counts.falseNegatives,
            falseNegatives: counts.falsePositives,
            support: labels.count - counts.defaultRows
        )
        `default` = Line(
            truePositives: counts.truePositives,
            falsePositives: counts.falsePositives,
            falseNegatives: counts.falseNegatives,
            support: counts.defaultRows
        )
        accuracy = ratio(counts.truePositives + counts.trueNegatives, counts.all)
        auc =
            weights.map {
                areaUnderROC(labels: labels, probabilities: probabilities, weights: $0)
            } ?? areaUnderROC(labels: labels, probabilities: probabilities)
        brier = Self.brier(labels, probabilities, weights)
        self.areOfUnseenRows = areOfUnseenRows
    }

    private static func brier(
        _ labels: Span<Float>,
        _ probabilities: Span<Float>,
        _ weights: [Float]?
    ) -> Double {
        var (sum, all) = (0.0, 0.0)
        for row in labels.indices {
            let weight = weights.map { Double($0[row]) } ?? 1
            let distance = Double(probabilities[row]) - Double(labels[row])
            sum += weight * (distance * distance)
            all += weight
        }
        return sum / all
    }

    /// What to know of scores whose rows training may have seen copies of; nil for others.
    package var warning: String? { ModelScores.warning(areOfUnseenRows: areOfUnseenRows) }

    /// The unweighted mean of both classes.
    package var macroAverage: Line { average(weights: (0.5, 0.5)) }

    /// The mean of both classes, weighted by what their rows count.
    package var weightedAverage: Line {
        let total = nonDefault.weight + `default`.weight
        return average(weights: (nonDefault.weight / total, `default`.weight / total))
    }

    private func average(weights: (Double, Double)) -> Line {
        func mean(_ value: (Line) -> Double) -> Double {
            value(nonDefault) * weights.0 + value(`default`) * weights.1
        }
        return Line(
            precision: mean(\.precision),
            recall: mean(\.recall),
            f1: mean(\.f1),
            support: nonDefault.support + `default`.support,
            weight: nonDefault.weight + `default`.weight
        )
    }
}

extension ClassificationScores.Line {
    fileprivate init(
        truePositives: Double,
        falsePositives: Double,
        falseNegatives: Double,
        support: Int
    ) {
        self.init(
            precision: ratio(truePositives, truePositives + falsePositives),
            recall: ratio(truePositives, truePositives + falseNegatives),
            f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
            support: support,
            weight: truePositives + falseNegatives
        )
    }
}

/// The four cells of the confusion matrix: sums of weights, exact where all of these are 1.
private struct ConfusionCounts {
    var truePositives = 0.0
    var falsePositives = 0.0
    var trueNegatives = 0.0
    var falseNegatives = 0.0
    /// Rows with a default, whatever they count.
    var defaultRows = 0

    var all: Double { truePositives + falsePositives + trueNegatives + falseNegatives }

    mutating func add(isDefault: Bool, isPredicted: Bool, weight: Double) {
        if isDefault { defaultRows += 1 }
        switch (isDefault, isPredicted) {
        case (true, true): truePositives += weight
        case (true, false): falseNegatives += weight
        case (false, true): falsePositives += weight
        case (false, false): trueNegatives += weight
        }
    }
}

/// A share, 0 where scikit-learn's `zero_division` default gives 0.
private func ratio(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }
