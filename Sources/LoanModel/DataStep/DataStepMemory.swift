// SPDX-License-Identifier: Apache-2.0

/// The most memory that a data preparation takes, estimated before it takes any.
///
/// What `loan-default data` took above the 42 MiB of one that prepares 32,000 rows, in MiB:
///
///     rows of the table   to prepare   threads   taken   estimated
///                32,000    1,000,000         1      16          34
///                32,000    4,000,000         1      71          80
///                32,000    4,000,000         2     110         126
///                32,000   16,000,000         1     228         263
///                32,000   16,000,000         2     397         446
///             1,000,000    1,000,000         2      65          92
///             4,000,000    4,000,000         1     217         264
///             4,000,000    4,000,000         2     249         310
///             4,000,000    8,000,000         2     389         416
package struct DataStepMemory: Equatable, Sendable {
    /// Rows to prepare.
    package let rows: Int
    /// What their preparation takes at most, in bytes.
    package let bytes: Int

    /// - Parameters:
    ///   - sourceRows: rows of the table, as far as it is known.
    ///   - size: rows to expand to.
    ///   - threadCount: threads that prepare.
    ///   - schema: the columns of the table.
    ///   - marks: the columns that are read in addition.
    ///   - hasRule: whether rows are divided by a rule, and not as the documented call does it.
    package init(
        sourceRows: Int,
        size: Int,
        threadCount: Int,
        schema: TableSchema = .creditRisk,
        marks: MarkedColumns = MarkedColumns(),
        hasRule: Bool = false
    ) {
        rows = max(1, sourceRows, size)
        // A table that is being read grows in steps.
        let read = Double(sourceRows / Self.sourceStep + 1) * Double(Self.sourceStep)
        let prepared = max(read, Double(rows))
        // The table's cells and labels, which rows are equal, their places in the split, and pieces
        // of the heap that growing columns leave.
        let divided = Self.markBytes(marks) + (hasRule ? Self.ruleBytes : 0)
        let source = Double(15 + Self.cellBytes(schema) + divided) * read
        // The labels, and a finished column that is being written.
        let written = 4 * prepared
        // Both parts of a column and what the one to train on is fitted by; a thread has one column
        // at a time.
        let atOnce = min(max(1, threadCount), schema.features.count)
        let columns = Self.columnBytes(schema) * prepared * Double(atOnce)
        let sum = source + written + columns + Self.restBytes
        bytes = sum < Double(Int.max) ? Int(sum) : .max
    }

    /// Bytes of a row of the table.
    private static func cellBytes(_ schema: TableSchema) -> Int {
        // The label and the weight, then the features.
        schema.features.reduce(schema.roles.weight == nil ? 4 : 8) { sum, feature in
            switch feature.kind {
            case .number, .boolean, .date: sum + 4
            case .category: sum + 2
            }
        }
    }

    /// Bytes of a row in the columns that are read in addition: a time, a group with its number, a
    /// code; and pieces of the heap that growing columns leave.
    private static func markBytes(_ marks: MarkedColumns) -> Int {
        (marks.time == nil ? 0 : 16) + (marks.group == nil ? 0 : 20) + 4 * marks.protected.count
    }

    /// Bytes of a row while rules divide: the clusters, found by a hash table of at most two slots
    /// a row, their order and sizes, and the part of each row.
    private static let ruleBytes = 80

    /// Bytes of a row of the widest column that is prepared at once.
    private static func columnBytes(_ schema: TableSchema) -> Double {
        schema.features.reduce(12) { widest, feature in
            guard case .date(let parts) = feature.preparation else { return widest }
            return max(widest, Double(4 * (2 + parts.count)))
        }
    }

    private static let sourceStep = 1 << 16

    /// Buffers of four matrices, a piece of the file, threads.
    private static let restBytes = 16.0 * 1_048_576
}
