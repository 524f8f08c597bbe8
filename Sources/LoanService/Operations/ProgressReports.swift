// SPDX-License-Identifier: Apache-2.0

/// Where a data preparation stands.
package struct DataProgress: Sendable {
    /// What is being done, in order.
    package enum Stage: String, CaseIterable, Sendable {
        case reading
        case preparing
        case writing

        /// For a progress line.
        package var title: String { rawValue }
    }

    /// The stage under way.
    package let stage: Stage
    /// Done part of the stage, 0...1.
    package let share: Double
}

/// What a data preparation made.
package struct DataResult: Sendable {
    /// Rows to train on.
    package let trainRows: Int
    /// Rows to test with.
    package let testRows: Int
    /// The first of the test rows: applications as the table has them, none of which has a copy
    /// among the training rows. A model is measured on these.
    package let unseenTestRows: Int
    /// Rows of the table.
    package let sourceRows: Int
    /// Rows of the table that equal an earlier one in every feature: both are on one side.
    package let repeatedSourceRows: Int
    /// Columns of the matrices.
    package let featureCount: Int
    /// Seed of expansion and split, given or drawn.
    package let seed: UInt64
    /// Time from the request to the stored data.
    package let duration: Duration
    /// How rows were divided and where they come from; nil where the request does not ask for it.
    package let facts: DataFacts?
    /// What is not as it should be although the data is stored, each as a sentence.
    package internal(set) var warnings: [String]
}
