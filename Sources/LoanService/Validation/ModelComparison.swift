// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// Two models over the same labeled rows: their figures, whether they differ in the area under the
/// ROC curve, and what else would be decided.
package struct ModelComparison: Sendable {
    /// The figures of the first model.
    package let first: ValidationFigures
    /// Those of the second.
    package let second: ValidationFigures
    /// The first area less the second, by DeLong's test for two areas over the same rows; nil
    /// where a class has a single row.
    package let area: AreaComparison?
    /// Rows of either label.
    package let rowCount: Int
    /// Rows with a default.
    package let defaultCount: Int
    /// Rows without a label, which are left out.
    package let unlabeledCount: Int
    /// Rows by what the first model decides, and then by what the second does, in the order of
    /// `Decision.allCases`.
    package let decisions: [[Int]]

    /// Rows that the second model decides otherwise.
    package var changedCount: Int {
        rowCount - decisions.indices.reduce(0) { $0 + decisions[$1][$1] }
    }
}
