// SPDX-License-Identifier: Apache-2.0

/// What one prepared column gave to a forest.
package struct FeatureImportance: Equatable, Sendable {
    /// Name of the matrix's column.
    package let name: String
    /// The loss that all splits on the column saved together.
    package let totalGain: Double
    /// Splits on the column.
    package let splits: Int

    /// What the column of this name gave.
    package init(name: String, totalGain: Double, splits: Int) {
        self.name = name
        self.totalGain = totalGain
        self.splits = splits
    }
}
