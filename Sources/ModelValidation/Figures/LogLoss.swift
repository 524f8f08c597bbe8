// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The mean of the negative logarithm of the probability that was given to what happened, in nats.
///
/// A probability of 0 or 1 that was wrong would make it infinite. As in scikit-learn's `log_loss`
/// of double precision, it counts as the nearest number with another logarithm: 36 nats.
package struct LogLoss: Equatable, Sendable {
    /// The mean and its uncertainty.
    package let mean: WeightedMean

    /// Measures rows whose scores are probabilities.
    package init(_ rows: ScoredRows) {
        precondition(rows.areProbabilities, "log loss is of probabilities")
        let mean = WeightedMean(count: rows.scores.count, weight: rows.weight) { row in
            Self.loss(Double(rows.scores[row]), isDefault: rows.isDefault[row])
        }
        guard let mean else { preconditionFailure("rows that are checked count something") }
        self.mean = mean
    }

    private static func loss(_ probability: Double, isDefault: Bool) -> Double {
        let smallest = Double.ulpOfOne
        let bounded = min(max(probability, smallest), 1 - smallest)
        return isDefault ? -log(bounded) : -log1p(-bounded)
    }
}
