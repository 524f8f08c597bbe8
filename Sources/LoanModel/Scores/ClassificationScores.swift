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

        /// A line of these figures.
        package init(precision: Double, recall: Double, f1: Double, support: Int) {
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
    package init(labels: Span<Float>, probabilities: Span<Float>, areOfUnseenRows: Bool) {
        precondition(labels.count == probabilities.count, "one probability per label")
        var counts = ConfusionCounts()
        for row in labels.indices {
            counts.add(isDefault: labels[row] > 0.5, isPredicted: probabilities[row] > 0.5)
        }
        nonDefault = Line(
            truePositives: counts.trueNegatives,
            falsePositives: counts.falseNegatives,
            falseNegatives: counts.falsePositives
        )
        `default` = Line(
            truePositives: counts.truePositives,
            falsePositives: counts.falsePositives,
            falseNegatives: counts.falseNegatives
        )
        let right = counts.truePositives + counts.trueNegatives
        accuracy = ratio(right, labels.count)
        auc = areaUnderROC(labels: labels, probabilities: probabilities)
        brier = Self.brier(labels, probabilities)
        self.areOfUnseenRows = areOfUnseenRows
    }

    private static func brier(_ labels: Span<Float>, _ probabilities: Span<Float>) -> Double {
        var sum = 0.0
        for row in labels.indices {
            let distance = Double(probabilities[row]) - Double(labels[row])
            sum += distance * distance
        }
        return sum / Double(labels.count)
    }

    /// What to know of scores whose rows training may have seen copies of; nil for others.
    package var warning: String? {
        areOfUnseenRows
            ? nil
            : "copies of applications that the model was trained on may be among those it was "
                + "measured on, so the scores may be too good: prepare the data and train "
                + "again for scores of applications that training never saw"
    }

    /// The unweighted mean of both classes.
    package var macroAverage: Line { average(weights: (0.5, 0.5)) }

    /// The mean of both classes, weighted by their support.
    package var weightedAverage: Line {
        let total = Double(nonDefault.support + `default`.support)
        return average(
            weights: (Double(nonDefault.support) / total, Double(`default`.support) / total)
        )
    }

    private func average(weights: (Double, Double)) -> Line {
        func mean(_ value: (Line) -> Double) -> Double {
            value(nonDefault) * weights.0 + value(`default`) * weights.1
        }
        return Line(
            precision: mean(\.precision),
            recall: mean(\.recall),
            f1: mean(\.f1),
            support: nonDefault.support + `default`.support
        )
    }
}

extension ClassificationScores.Line {
    fileprivate init(truePositives: Int, falsePositives: Int, falseNegatives: Int) {
        self.init(
            precision: ratio(truePositives, truePositives + falsePositives),
            recall: ratio(truePositives, truePositives + falseNegatives),
            f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
            support: truePositives + falseNegatives
        )
    }
}

/// The four cells of the confusion matrix.
private struct ConfusionCounts {
    var truePositives = 0
    var falsePositives = 0
    var trueNegatives = 0
    var falseNegatives = 0

    mutating func add(isDefault: Bool, isPredicted: Bool) {
        switch (isDefault, isPredicted) {
        case (true, true): truePositives += 1
        case (true, false): falseNegatives += 1
        case (false, true): falsePositives += 1
        case (false, false): trueNegatives += 1
        }
    }
}

/// A share, 0 where scikit-learn's `zero_division` default gives 0.
private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
}
