// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// How the rows of a table are divided into parts.
package struct RowDivision: Equatable, Sendable {
    /// What stays together.
    package enum Rule: String, CaseIterable, Sendable {
        /// Rows that are equal.
        case rows
        /// Rows of one group, by a column.
        case group
        /// Rows of one time, by a column; the latest test.
        case time
    }

    /// What stays together.
    package let rule: Rule
    /// How many rows each part should have.
    package let shares: SplitShares

    /// What the documented call does: a quarter tests.
    package static let documented = RowDivision(.rows, .quarter)

    /// A rule with its shares.
    package init(_ rule: Rule, _ shares: SplitShares) {
        self.rule = rule
        self.shares = shares
    }
}
