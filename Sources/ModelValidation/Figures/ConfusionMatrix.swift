// SPDX-License-Identifier: Apache-2.0

/// What becomes of rows at a threshold: those with a score at or above it are predicted to default,
/// as cut-offs of decisions have it.
package struct ConfusionMatrix: Equatable, Sendable {
    /// The threshold.
    package let threshold: Float
    /// Defaults that are predicted.
    package let truePositives: WeightTotal
    /// Others that are predicted to default.
    package let falsePositives: WeightTotal
    /// Others that are not predicted to default.
    package let trueNegatives: WeightTotal
    /// Defaults that are not predicted.
    package let falseNegatives: WeightTotal

    /// Counts ranked rows on both sides of `threshold`, which is not NaN.
    package init(_ ranked: RankedRows, threshold: Float) {
        precondition(!threshold.isNaN, "a threshold is a number")
        var below = (defaults: WeightTotal.none, nonDefaults: WeightTotal.none)
        var above = below
        for rank in 0..<ranked.count {
            let weight = ranked.weight(rank)
            switch (ranked.scores[rank] >= threshold, ranked.isDefault[rank]) {
            case (true, true): above.defaults.add(weight: weight)
            case (true, false): above.nonDefaults.add(weight: weight)
            case (false, true): below.defaults.add(weight: weight)
            case (false, false): below.nonDefaults.add(weight: weight)
            }
        }
        self.threshold = threshold
        truePositives = above.defaults
        falsePositives = above.nonDefaults
        trueNegatives = below.nonDefaults
        falseNegatives = below.defaults
    }

    /// The share of defaults that are predicted (TPR): recall or sensitivity.
    package var truePositiveRate: Proportion {
        Proportion(part: truePositives.weight, whole: truePositives + falseNegatives)
    }

    /// The share of others that are predicted to default (FPR).
    package var falsePositiveRate: Proportion {
        Proportion(part: falsePositives.weight, whole: falsePositives + trueNegatives)
    }

    /// The share of others that are not predicted to default: specificity.
    package var trueNegativeRate: Proportion {
        Proportion(part: trueNegatives.weight, whole: falsePositives + trueNegatives)
    }

    /// The share of rows predicted to default that do (PPV): precision.
    package var positivePredictiveValue: Proportion {
        Proportion(part: truePositives.weight, whole: truePositives + falsePositives)
    }

    /// The share of rows not predicted to default that do not (NPV).
    package var negativePredictiveValue: Proportion {
        Proportion(part: trueNegatives.weight, whole: trueNegatives + falseNegatives)
    }

    /// The share of rows predicted to default.
    package var predictedRate: Proportion {
        Proportion(part: truePositives.weight + falsePositives.weight, whole: total)
    }

    /// The share of rows that are predicted right.
    package var accuracy: Proportion {
        Proportion(part: truePositives.weight + trueNegatives.weight, whole: total)
    }

    /// The harmonic mean of precision and recall; nil where there is neither a default nor one that
    /// is predicted.
    package var f1: Double? {
        let sum = 2 * truePositives.weight + falsePositives.weight + falseNegatives.weight
        return sum > 0 ? 2 * truePositives.weight / sum : nil
    }

    /// All rows.
    package var total: WeightTotal {
        truePositives + falsePositives + trueNegatives + falseNegatives
    }
}
