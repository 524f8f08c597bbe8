// SPDX-License-Identifier: Apache-2.0

/// Reasons as they were answered.
package struct RecordedReasons: Sendable, Equatable {
    /// In place of a class: the row is not explained, and has no reasons.
    package static let unexplained = UInt32.max

    /// How many of `features` and `contributions` each row has.
    package var counts: [UInt32]
    /// Indices of features in the context, the one that adds the most first.
    package var features: [UInt32]
    /// What each adds to the margin, in units.
    package var contributions: [Int64]
    /// What one is as a margin.
    package var unit: Double
    /// For each row the margin that is explained, or ``unexplained``; empty where all rows are
    /// explained and have one margin.
    package var classes: [UInt32]
    /// What every feature adds, row after row; empty where this was not answered.
    package var all: [Int64]
    /// The row that contributions start from; empty for the mean over the training.
    package var baselineNumbers: [Float]
    /// Its codes.
    package var baselineCodes: [UInt8]

    /// Gathers the values.
    package init(
        counts: [UInt32],
        features: [UInt32],
        contributions: [Int64],
        unit: Double,
        classes: [UInt32] = [],
        all: [Int64] = [],
        baselineNumbers: [Float] = [],
        baselineCodes: [UInt8] = []
    ) {
        self.counts = counts
        self.features = features
        self.contributions = contributions
        self.unit = unit
        self.classes = classes
        self.all = all
        self.baselineNumbers = baselineNumbers
        self.baselineCodes = baselineCodes
    }
}
