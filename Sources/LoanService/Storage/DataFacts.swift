// SPDX-License-Identifier: Apache-2.0

package import LoanModel
package import ModelValidation

/// What is known of prepared data: where it comes from and how it was divided.
package struct DataFacts: Equatable, Sendable {
    /// The table.
    package struct Source: Equatable, Sendable {
        /// The SHA-256 of its bytes as they are stored, in hexadecimal digits.
        package let digest: String
        /// Rows with a label.
        package let rowCount: Int
        /// Rows that equal an earlier one in every feature.
        package let repeatedCount: Int
    }

    /// One part.
    package struct Part: Equatable, Sendable {
        /// What its rows are for.
        package let part: SplitPart
        /// Rows of its matrix.
        package let rowCount: Int
        /// Rows of the table that are in it, each once.
        package let sourceRowCount: Int
        /// The times of its first and its last row, where rows are divided by time: dates as ISO
        /// 8601 writes them, or numbers.
        package let times: Times?
    }

    /// The first and the last time of a part.
    package struct Times: Equatable, Sendable {
        /// The earliest.
        package let first: String
        /// The latest.
        package let last: String
    }

    /// The table.
    package let source: Source
    /// How its rows were divided.
    package let division: RowDivision
    /// The column of the groups, or of the times, where rows are divided by these.
    package let column: String?
    /// The seed of the division, and of the noise of what is repeated.
    package let seed: UInt64
    /// Whether rows to train on are repeated with noise.
    package let isExpanded: Bool
    /// The parts that have rows, in order.
    package let parts: [Part]
    /// Rows that equal one of another part.
    package let duplicates: [SplitDuplicates.Pair]
    /// The names of the protected columns that are kept of the rows to measure a model on.
    package let protectedColumns: [String]
    /// What the rows to train on hold of each feature.
    package let features: [FeatureFacts]
}
