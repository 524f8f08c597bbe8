// SPDX-License-Identifier: Apache-2.0

/// What wrong predictions cost, in any unit.
package struct ErrorCosts: Equatable, Sendable {
    /// An applicant who would have paid is predicted to default.
    package let falsePositive: Double
    /// A default is not predicted.
    package let falseNegative: Double

    /// Costs that are finite and at least 0.
    package init(falsePositive: Double, falseNegative: Double) {
        precondition(
            falsePositive >= 0 && falseNegative >= 0 && (falsePositive + falseNegative).isFinite,
            "costs are finite and not negative"
        )
        self.falsePositive = falsePositive
        self.falseNegative = falseNegative
    }

    /// What the errors of a threshold cost together.
    package func cost(of matrix: ConfusionMatrix) -> Double {
        falsePositive * matrix.falsePositives.weight + falseNegative * matrix.falseNegatives.weight
    }

    /// The threshold with the lowest cost on ranked rows, and this cost. Of several the highest,
    /// which refuses the fewest; infinity where it is cheapest to predict no default.
    package func cheapestThreshold(of ranked: RankedRows) -> (threshold: Float, cost: Double) {
        // Below the lowest score all rows are predicted to default.
        var cost = falsePositive * ranked.rows.nonDefaults.weight
        var best = (threshold: Float.infinity, cost: Double.infinity)
        ranked.forEachTie { tie in
            if cost <= best.cost { best = (tie.score, cost) }
            cost += falseNegative * tie.defaults.weight - falsePositive * tie.nonDefaults.weight
        }
        // By its own sum: the differences along the way were rounded.
        let none = falseNegative * ranked.rows.defaults.weight
        return none <= best.cost ? (.infinity, none) : best
    }
}
