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
    package init(sourceRows: Int, size: Int, threadCount: Int) {
        rows = max(1, sourceRows, size)
        // A table that is being read grows in steps.
        let read = Double(sourceRows / Self.sourceStep + 1) * Double(Self.sourceStep)
        let prepared = max(read, Double(rows))
        // The table's cells and labels, which rows are equal, their places in the split, and pieces
        // of the heap that growing columns leave.
        let source = 48 * read
        // The labels, and a finished column that is being written.
        let written = 4 * prepared
        // Both parts of a column and what the one to train on is fitted by; a thread has one column
        // at a time.
        let atOnce = min(max(1, threadCount), TableSchema.creditRisk.features.count)
        let columns = 12 * prepared * Double(atOnce)
        let sum = source + written + columns + Self.restBytes
        bytes = sum < Double(Int.max) ? Int(sum) : .max
    }

    private static let sourceStep = 1 << 16

    /// Buffers of four matrices, a piece of the file, threads.
    private static let restBytes = 16.0 * 1_048_576
}
