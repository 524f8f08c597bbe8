// SPDX-License-Identifier: Apache-2.0

/// A column that decisions must not depend on, for the rows that a model is measured on.
package struct ProtectedColumn: Equatable, Sendable {
    /// The column's name.
    package let name: String
    /// The cell of each row as the table has it, without blanks around it; nil where it is missing.
    package let cells: [String?]

    /// A column by its cells.
    package init(name: String, cells: [String?]) {
        self.name = name
        self.cells = cells
    }
}
