// SPDX-License-Identifier: Apache-2.0

/// Columns that are no model input, or that are more than that.
package struct ColumnRoles: Sendable, Hashable {
    /// Columns of the table that are not read.
    package var ignored: [String] = []
    /// The column that says when an application was made.
    package var time: String?
    /// The column that says which applications belong together.
    package var group: String?
    /// The column of how much an application counts in training and in scores.
    package var weight: String?
    /// Columns that decisions must not depend on.
    package var protected: [String] = []

    /// No column has a role.
    package init() {}
}
