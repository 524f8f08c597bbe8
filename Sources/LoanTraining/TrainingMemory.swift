// SPDX-License-Identifier: Apache-2.0

/// The most memory that a training takes, estimated before its data is read.
///
/// A sum of what libxgboost 1.7.4 and this program allocate per cell, row, node and tree. Only the
/// number of nodes is an experience rather than a bound: trees of depth 10 are not a third full,
/// on labels that are noise either. What `/train` took above a server at rest, in MiB, for 26
/// columns, depth 10 and rows as `/data` is asked for, a quarter of them held out:
///
///     rows          taken   estimated
///        50,000       44       116
///       400,000      161       193
///     1,000,000      333       401
///     2,000,000      640       768     751 taken when a cell is missing
///     4,000,000    1,252     1,503
///
/// `TrainingMemoryTests` has more, with other parameters.
package struct TrainingMemory: Equatable, Sendable {
    /// Rows to learn from.
    package let rows: Int
    /// Columns of the matrix.
    package let columns: Int
    /// The most memory that the training takes, in bytes.
    package let bytes: Int

    /// - Parameters:
    ///   - rows: rows to learn from.
    ///   - testRows: rows that are held out.
    ///   - numberColumns: columns with any values.
    ///   - categoryColumns: columns of 0 and 1.
    ///   - nativeCategories: for each column that XGBoost splits into sets its categories; these
    ///     are columns of numbers, too.
    ///   - leftOutColumns: columns of the files that are read and not trained on.
    ///   - copiesRows: whether folds of the rows are trained on and measured.
    ///   - watchedRows: rows that are measured on after each round.
    ///   - threadCount: threads that train.
    package init(
        rows: Int,
        testRows: Int,
        numberColumns: Int,
        categoryColumns: Int,
        nativeCategories: [Int] = [],
        leftOutColumns: Int = 0,
        parameters: TrainingParameters,
        copiesRows: Bool = false,
        watchedRows: Int = 0,
        threadCount: Int
    ) {
        self.rows = rows
        columns = numberColumns + categoryColumns
        // Summed as Double, which rows that no machine holds do not overflow.
        let (rows, columns) = (Double(rows), Double(columns))
        let maxBins = Double(parameters.maxBins)
        let nodes = Self.nodesOfTree(rows, parameters)

        // The matrix as it was read: 4 bytes a cell.
        let matrix = (copiesRows ? 2 : 1) * 4 * rows * columns
        // libxgboost's copy of it: 4 bytes of index and 4 of value. The bins of its cells: 4 bytes
        // row by row, which are 1 when no cell is missing, and column by column as many as a bin
        // takes.
        let widest = max(maxBins, Double(nativeCategories.max() ?? 0))
        let cells = rows * columns * (8 + 4 + (widest <= 256 ? 1 : 2))
        // Where rows begin, labels (twice), predictions, gradients and the rows of each node.
        let perRow = 72 * rows
        // The sketches of the columns that the bins are found by.
        let sketches = columns * min(rows, 16 * maxBins) * 24
        // A sum of gradients, 16 bytes, for each bin of each node.
        // A category is a bin of its own, however many there are.
        let numbers = Double(numberColumns - nativeCategories.count)
        let bins =
            numbers * min(maxBins, rows) + 2 * Double(categoryColumns)
            + Double(nativeCategories.reduce(0, +))
        let histograms = 16 * bins * (nodes + Double(threadCount))
        let treeNodes = Double(parameters.rounds * parameters.parallelTrees) * nodes

        // Those rows as they were read, and libxgboost's copy of them.
        let watched = Double(watchedRows) * (columns * (4 + 8) + 72)

        let boosting = watched + matrix + cells + perRow + sketches + histograms + 60 * treeNodes
        // libxgboost's copy is gone: the model is written as JSON, read, compiled and encoded, and
        // scores the held-out matrix, which grows while it is read.
        let storing =
            matrix + histograms + 340 * treeNodes + (8 * columns + 24) * Double(testRows)
        // The matrix of the files is there until the columns that remain are copied.
        let reading = leftOutColumns > 0 ? 4 * rows * (2 * columns + Double(leftOutColumns)) : 0
        let sum = max(reading, boosting, storing) + Self.restBytes
        bytes = sum < Double(Int.max) ? Int(sum) : .max
    }

    /// The most nodes of a tree.
    ///
    /// Down to depth 6 trees are full. Where leaves may be small and all is noise, each of six
    /// levels more makes them 1.85 times as large and each one after these 1.45 times; less where
    /// leaves must not be small. Leaves share the hessians of the rows, each a quarter of the row's
    /// weight at most; less than half as many come about as could.
    private static func nodesOfTree(_ rows: Double, _ parameters: TrainingParameters) -> Double {
        let isHeld = min(1, parameters.minChildWeight / 6)
        var nodes = 1.0
        for depth in 0..<parameters.maxDepth {
            nodes *= depth < 6 ? 2 : depth < 12 ? 1.85 - 0.45 * isHeld : 1.45 - 0.05 * isHeld
        }
        let hessian = 0.25 * max(1, parameters.positiveWeight)
        let leaves = rows * min(1, hessian / max(1e-6, parameters.minChildWeight))
        let full = min(2 * nodes, leaves)
        return parameters.leavesMax > 0 ? min(full, 2 * Double(parameters.leavesMax)) : full
    }

    /// Parsers, threads, pieces of the heap that lie idle.
    private static let restBytes = 16.0 * 1_048_576
}
