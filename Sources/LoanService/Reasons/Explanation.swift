// SPDX-License-Identifier: Apache-2.0

/// Why a row has its score: what its features add to the margin.
package struct Explanation: Sendable, Equatable {
    /// The class whose margin is explained: the predicted one; nil for a model of one margin.
    package let classIndex: Int?
    /// The margin that is explained.
    package let margin: Float
    /// The margin that contributions start from: the mean over the training.
    package let base: Float
    /// What raises the margin, the most first; of equal contributions the first in the schema.
    package let reasons: [Reason]
    /// What each feature adds, in the schema's order; nil where nobody has asked.
    package let contributions: [Float]?
    /// The same as the core adds them up, for the record.
    package let sums: Sums

    /// What features add to the margin, exactly.
    package struct Sums: Sendable, Equatable {
        /// One feature, by its place in the schema, and what it adds.
        package struct Reason: Sendable, Equatable {
            /// Its place in the schema.
            package let feature: Int
            /// What it adds, in ``unit``.
            package let sum: Int64
        }

        /// Those of the reasons, in their order.
        package let reasons: [Reason]
        /// Those of all features in the schema's order; empty where nobody has asked.
        package let all: [Int64]
        /// What 1 of a sum is, as a margin.
        package let unit: Double
    }
}

/// One feature that raises the risk of a row.
package struct Reason: Sendable, Equatable {
    /// The value of the feature as the model has taken it.
    package enum Value: Sendable, Equatable {
        case missing
        /// A category that training had not.
        case unknown
        case number(Float)
        case text(String)
    }

    /// The feature's name.
    package let feature: String
    /// Its value.
    package let value: Value
    /// What it adds to the margin; above 0.
    package let contribution: Float
    /// The points that it gives by the policy of the model, before any rounding; below 0. Nil where
    /// the model has none.
    package let points: Double?
    /// The same for programs: stable as long as the features have their names.
    package let code: String
    /// A sentence for people, without its end.
    package let text: String
}
