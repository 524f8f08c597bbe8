// SPDX-License-Identifier: Apache-2.0

// The area under the ROC curve is the share of (default, non-default) pairs that the scores order
// right, ties counting one half. Its variance is that of two means: over the defaults, of the share
// of non-defaults below each, and over the non-defaults, of the share of defaults above each.
//
// These shares follow from ranks, so that time is that of sorting. Pairs are whole numbers in
// halves where weights are 1: the area is then exact but for one division.
//
// Weighted pairs count the product of their weights. Weights say how much rows count, not how often
// they were seen: intervals do not shrink when all of them are doubled.
//
// Sources: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more
// correlated receiver operating characteristic curves", Biometrics 44 (1988) 837-845,
// doi 10.2307/2531595; X. Sun, W. Xu, "Fast implementation of DeLong's algorithm", IEEE Signal
// Processing Letters 21 (2014) 1389-1393, doi 10.1109/LSP.2014.2337313.

/// The area under the ROC curve (AUC), with its uncertainty by DeLong.
package struct AreaUnderCurve: Sendable {
    /// The area, in 0...1.
    package let value: Double
    /// The variance of the area; nil where a class has a single row.
    package let variance: Double?
    /// By row, as these were given: the share of the other class that the row is ordered right
    /// against. 0 where the row counts nothing.
    let shares: [Double]

    /// Measures ranked rows.
    /// - Returns: nil where a class has no row.
    package init?(_ ranked: RankedRows) {
        let rows = ranked.rows
        guard rows.haveBothClasses else { return nil }
        let (defaults, nonDefaults) = (rows.defaults.weight, rows.nonDefaults.weight)
        var shares = [Double](repeating: 0, count: rows.scores.count)
        var below = (defaults: 0.0, nonDefaults: 0.0)
        var pairs = 0.0
        ranked.forEachTie { tie in
            let nonDefaultsBelow = below.nonDefaults + tie.nonDefaults.weight / 2
            let defaultsAbove = defaults - below.defaults - tie.defaults.weight / 2
            pairs += tie.defaults.weight * nonDefaultsBelow
            let share = (
                ofDefault: nonDefaultsBelow / nonDefaults, ofOther: defaultsAbove / defaults
            )
            for rank in tie.ranks {
                let isDefault = ranked.isDefault[rank]
                shares[Int(ranked.order[rank])] = isDefault ? share.ofDefault : share.ofOther
            }
            below.defaults += tie.defaults.weight
            below.nonDefaults += tie.nonDefaults.weight
        }
        // Sums of weights in two orders may differ in the last bit.
        value = min(1, pairs / (defaults * nonDefaults))
        self.shares = shares
        variance = Self.covariance(rows, (value, shares), (value, shares))
    }

    /// The standard deviation of the area from sample to sample.
    package var standardError: Double? { variance.map { $0.squareRoot() } }

    /// The interval of the area by the normal distribution, as far as it is within 0...1; nil where
    /// a class has a single row.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval? {
        standardError.map {
            Interval(mean: value, standardError: $0, level: level).clamped(to: 0...1)
        }
    }

    /// The Gini coefficient of the scores, also called accuracy ratio: twice the area less 1.
    package var gini: Double { 2 * value - 1 }

    /// The interval of the Gini coefficient.
    package func giniInterval(_ level: ConfidenceLevel = .usual) -> Interval? {
        interval(level).map { Interval(lower: 2 * $0.lower - 1, upper: 2 * $0.upper - 1) }
    }

    /// The covariance of two areas of the same rows; nil where a class has a single row.
    static func covariance(
        _ rows: ScoredRows,
        _ first: (mean: Double, shares: [Double]),
        _ second: (mean: Double, shares: [Double])
    ) -> Double? {
        var squares = (defaults: 0.0, nonDefaults: 0.0)
        for (row, isDefault) in rows.isDefault.enumerated() {
            let weight = rows.weight(row)
            let product =
                (first.shares[row] - first.mean) * (second.shares[row] - second.mean)
                * weight * weight
            if isDefault { squares.defaults += product } else { squares.nonDefaults += product }
        }
        guard
            let ofDefaults = WeightedMean.variance(squares: squares.defaults, of: rows.defaults),
            let ofOthers = WeightedMean.variance(squares: squares.nonDefaults, of: rows.nonDefaults)
        else { return nil }
        return ofDefaults + ofOthers
    }
}
