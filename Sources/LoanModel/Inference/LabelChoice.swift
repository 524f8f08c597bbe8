// SPDX-License-Identifier: Apache-2.0

/// Which column of a table is its label, as a caller names it.
package struct LabelChoice: Sendable, Hashable {
    /// Name of the column.
    package let column: String
    /// The text that becomes 1; nil where the column says it by itself: 0 and 1, true and false,
    /// or numbers to predict.
    package let positive: String?

    /// Names the two.
    package init(column: String, positive: String? = nil) {
        self.column = column
        self.positive = positive
    }

    /// Reads `COLUMN` or `COLUMN=VALUE`; nil where a side is empty.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].isEmpty, parts.last?.isEmpty == false else { return nil }
        self.init(column: String(parts[0]), positive: parts.count > 1 ? String(parts[1]) : nil)
    }
}
