// SPDX-License-Identifier: Apache-2.0

/// The mean and the variance of points of some rows.
struct PointSpread: Equatable {
    private(set) var total = WeightTotal.none
    private(set) var mean = 0.0
    /// The weighted sum of squared distances from the mean.
    private var squares = 0.0

    /// Adds a row by Welford's recurrence, which does not cancel.
    mutating func add(_ points: Double, weight: Double) {
        total.add(weight: weight)
        let distance = points - mean
        mean += distance * weight / total.weight
        squares += weight * distance * (points - mean)
    }

    /// The standardized difference of two means (SMD), Cohen's d: by the root of the variance of
    /// both groups together, each around its own mean. nil where there is no such variance.
    ///
    /// Weights are scaled to the effective number of rows. 0.2 is called small.
    /// Source: J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition,
    /// Erlbaum 1988, section 2.2.
    func standardizedDifference(from reference: PointSpread) -> Double? {
        let counts = (total.effectiveRows, reference.total.effectiveRows)
        guard counts.0 > 0, counts.1 > 0, counts.0 + counts.1 > 2 else { return nil }
        let sum = variance * counts.0 + reference.variance * counts.1
        let pooled = sum / (counts.0 + counts.1 - 2)
        return pooled > 0 ? (mean - reference.mean) / pooled.squareRoot() : nil
    }

    /// The mean squared distance from the mean.
    private var variance: Double { squares / total.weight }
}
