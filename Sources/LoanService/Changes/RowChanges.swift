// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// A value of one feature that would stand for that of a record.
package struct FeatureChange: Sendable, Equatable {
    /// The index of the feature.
    package let feature: Int
    /// What the record has.
    package let from: CellText.Cell
    /// What it would have.
    package let to: CellText.Cell
    /// Of a number the share of its training range; of a category or a boolean 1.
    package let size: Double
}

/// The smallest changes with which a record that is not approved would be.
package struct RowChanges: Sendable, Equatable {
    /// The smallest change of each feature that suffices by itself, the smallest first.
    package let one: [FeatureChange]
    /// The smallest change of two features where it is smaller than any of one; else empty.
    package let two: [FeatureChange]
    /// Whether everything was tried that might be smaller: else a limit was met before.
    package let isComplete: Bool
}
