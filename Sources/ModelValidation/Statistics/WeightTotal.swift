// SPDX-License-Identifier: Apache-2.0

/// How many rows there are, and what they count together.
package struct WeightTotal: Equatable, Sendable {
    /// Rows whose weight is not 0.
    package private(set) var rows: Int
    /// Sum of the weights.
    package private(set) var weight: Double
    /// Sum of the squared weights.
    package private(set) var squaredWeight: Double

    /// No rows.
    package static let none = WeightTotal()

    /// This many rows of weight 1.
    package init(rows: Int = 0) {
        self.rows = rows
        weight = Double(rows)
        squaredWeight = Double(rows)
    }

    /// The number of rows of equal weights whose mean is as uncertain as that of these: the rows,
    /// where all weights are equal, and fewer elsewhere. 0 without rows.
    ///
    /// Source: L. Kish, "Survey Sampling", Wiley 1965, section 11.7.
    package var effectiveRows: Double {
        squaredWeight > 0 ? weight * weight / squaredWeight : 0
    }

    /// Adds a row.
    /// - Parameter weight: greater than 0.
    mutating func add(weight: Double) {
        rows += 1
        self.weight += weight
        squaredWeight += weight * weight
    }

    static func + (left: WeightTotal, right: WeightTotal) -> WeightTotal {
        var sum = left
        sum += right
        return sum
    }

    static func += (left: inout WeightTotal, right: WeightTotal) {
        left.rows += right.rows
        left.weight += right.weight
        left.squaredWeight += right.squaredWeight
    }
}
