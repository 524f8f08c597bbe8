// SPDX-License-Identifier: Apache-2.0

/// What a column of a table was taken for, and why.
package struct ColumnFinding: Sendable, Equatable {
    /// What becomes of the column.
    package enum Use: Sendable, Equatable {
        /// It is the label.
        case label
        /// It is a feature.
        case feature(Feature.Preparation)
        /// It is no feature, but says more of rows.
        case marked
        /// It is not read.
        case ignored
    }

    /// Name of the column.
    package let name: String
    /// What becomes of it.
    package let use: Use
    /// What its cells are: part of a sentence.
    package let reason: String
    /// What a person should look at, as a sentence without its end; nil where there is nothing.
    package var warning: String?

    /// The use in a word or two.
    package var word: String {
        switch use {
        case .label: "label"
        case .marked: "no feature"
        case .ignored: "ignored"
        case .feature(.number): "number"
        case .feature(.boolean): "boolean"
        case .feature(.date): "date"
        case .feature(.category(.oneHot)): "category, one-hot"
        case .feature(.category(.ordinal)): "category, ordinal"
        case .feature(.category(.native)): "category, native"
        }
    }
}

/// A schema that a table shows.
package struct InferredSchema: Sendable, Equatable {
    /// The schema.
    package let schema: TableSchema
    /// One for each column of the table, in its order.
    package let findings: [ColumnFinding]
    /// Rows of the table.
    package let rowCount: Int

    /// What a person should look at: one sentence for each column with a warning.
    package var warnings: [String] {
        findings.compactMap { finding in finding.warning.map { "\(finding.name): \($0)" } }
    }
}
