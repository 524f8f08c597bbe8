// SPDX-License-Identifier: Apache-2.0

/// The mean square of the distance between probability and label, and what it consists of.
///
///     score = reliability - resolution + uncertainty + withinVariance - withinCovariance
///
/// The parts are of bins. The last two are what a bin hides: they are 0 where each bin holds one
/// probability, and left out they would make the sum wrong.
/// Sources: G. W. Brier, Monthly Weather Review 78 (1950) 1-3; A. H. Murphy, "A new vector
/// partition of the probability score", Journal of Applied Meteorology 12 (1973) 595-600; D. B.
/// Stephenson, C. A. S. Coelho, I. T. Jolliffe, "Two extra components in the Brier score
/// decomposition", Weather and Forecasting 23 (2008) 752-757, doi 10.1175/2007WAF2006116.1.
package struct BrierScore: Equatable, Sendable {
    /// The score and its uncertainty: 0 is perfect.
    package let mean: WeightedMean
    /// How far probabilities are from what happened, squared: 0 is perfect.
    package let reliability: Double
    /// How far the bins' shares of defaults are from that of all rows, squared: the more, the
    /// better.
    package let resolution: Double
    /// The variance of the labels, which no model changes.
    package let uncertainty: Double
    /// The variance of the probabilities within bins.
    package let withinVariance: Double
    /// Twice the covariance of probabilities and labels within bins.
    package let withinCovariance: Double

    /// Measures rows whose scores are probabilities.
    /// - Parameter bins: the same rows in bins.
    package init(_ rows: ScoredRows, _ bins: ReliabilityBins) {
        precondition(rows.total == bins.total, "the bins are of the same rows")
        let mean = WeightedMean(count: rows.scores.count, weight: rows.weight) { row in
            let distance = Double(rows.scores[row]) - (rows.isDefault[row] ? 1 : 0)
            return distance * distance
        }
        guard let mean else { preconditionFailure("rows that are checked count something") }
        self.mean = mean
        let all = bins.total.weight
        let rate = rows.defaults.weight / all
        uncertainty = rate * (1 - rate)
        var sums = (reliability: 0.0, resolution: 0.0, spread: 0.0, joint: 0.0)
        for bin in bins.bins {
            let distance = bin.observedRate - rate
            sums.reliability += bin.total.weight * bin.gap * bin.gap
            sums.resolution += bin.total.weight * distance * distance
            sums.spread += bin.spread
            sums.joint += bin.joint
        }
        reliability = sums.reliability / all
        resolution = sums.resolution / all
        withinVariance = sums.spread / all
        withinCovariance = 2 * sums.joint / all
    }

    /// The share by which the score is below that of a model that gives the rate of defaults to
    /// every row; nil where that is perfect.
    package var skill: Double? { uncertainty > 0 ? 1 - mean.value / uncertainty : nil }
}
