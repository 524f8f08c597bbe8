// SPDX-License-Identifier: Apache-2.0

/// Whether the margin of a model goes one way along a feature.
package enum MonotonicityVerdict: Equatable, Sendable {
    /// What a proof rests on.
    package enum Basis: Equatable, Sendable {
        /// The model does not look at the feature.
        case unused
        /// Each tree goes the right way by itself. Sums of rounded numbers do as well: what is
        /// proven is the margin that is served, in every bit.
        case everyTree
        /// Some trees do not, but others make up for them. What is proven is the exact sum of the
        /// leaves, which the margin that is served may miss by rounding.
        case sumOfTrees
        /// The sign of the weight of a linear model.
        case weight
    }

    /// Two rows that differ in one feature alone, and refute the direction.
    package struct Counterexample: Equatable, Sendable {
        /// The row with the lower value of the feature; NaN is missing.
        package let lower: [Float]
        /// The row with the higher value.
        package let upper: [Float]
        /// The margin of the lower row, as it is served.
        package let lowerMargin: Float
        /// The margin of the upper row.
        package let upperMargin: Float
    }

    /// It does, for all rows there can be.
    case proven(Basis)
    /// It does not.
    case refuted(Counterexample)
    /// The search ended before it was done. Thresholds that are left out of all of the feature.
    case undecided(thresholdsLeft: Int, of: Int)

    /// Whether it is proven.
    package var isProven: Bool {
        if case .proven = self { true } else { false }
    }
}

/// Why the direction of a feature cannot be examined.
package enum MonotonicityError: Error, Equatable {
    /// The model has no such feature or output.
    case notThere(feature: Int, output: Int)
    /// The feature has categories, which have no order.
    case categorical(feature: Int)
}

extension MonotonicityError: CustomStringConvertible {
    /// One line for a person; features and outputs count from 0, as in the model.
    package var description: String {
        switch self {
        case .notThere(let feature, let output):
            "the model has no feature \(feature) or no output \(output)"
        case .categorical(let feature):
            "feature \(feature) has categories, which have no order; a direction needs numbers"
        }
    }
}
