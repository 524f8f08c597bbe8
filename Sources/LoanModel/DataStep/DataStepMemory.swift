// SPDX-License-Identifier: Apache-2.0

/// The most memory that a data preparation takes, by what is known before it takes any.
///
/// What `loan-default data` took above the 40 MiB of one that prepares 32,000 rows, in MiB:
///
///     rows of the table   to prepare   threads   taken   estimated
///                32,000    1,000,000         1      24          43
///                32,000    4,000,000         1      95         114
///                32,000    4,000,000         2     148         163
///                32,000   16,000,000         1     316         400
///                32,000   16,000,000         2     485         598
///             1,000,000    1,000,000         2      63          94
///             4,000,000    4,000,000         1     203         269
///             4,000,000    4,000,000         2     245         319
///             4,000,000    8,000,000         2     421         463
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
        // The table's cells and labels, where its rows are repeated, and pieces of the heap that
        // growing columns leave.
        let source = 40 * read
        // The label of each row, its place in the split, and one more of both on their way.
        let split = 12 * prepared
        // A column as it was made, its two parts, and what one of them is fitted by; a thread has one
        // column at a time.
        let atOnce = min(max(1, threadCount), LoanSchema.creditRisk.features.count)
        let columns = 13 * prepared * Double(atOnce)
        let sum = source + split + columns + Self.restBytes
        bytes = sum < Double(Int.max) ? Int(sum) : .max
    }

    private static let sourceStep = 1 << 16

    /// Buffers of four matrices, a piece of the file, threads.
    private static let restBytes = 16.0 * 1_048_576
}
