// SPDX-License-Identifier: Apache-2.0

import ForestInference
import XGBoostBaseline

/// Exact contributions of each column, against `pred_contribs` of libxgboost.
extension BenchSuite {
    /// Rows that libxgboost explains in a round: a row takes it some 46 ms, in any batch.
    private static let libraryRowsMax = 8

    /// Contributions by batch and tier, and what their tables take.
    mutating func contributions(
        _ model: BenchModel,
        _ compiled: CompiledForest,
        _ name: String
    ) throws {
        let start = BenchClock.thread
        let best = try ForestContributions(compiled)
        let building = (BenchClock.thread - start) / 1_000
        var libraryRow = 0.0
        for rowCount in [1, 16, 64, 4_096] {
            libraryRow = try contributions(
                model,
                best,
                "\(name), contributions",
                rowCount: rowCount
            )
        }
        for tier in [KernelTier.avx2, .portable] where tier < best.tier {
            let limited = try ForestContributions(compiled, tierMax: tier)
            _ = try contributions(
                model,
                limited,
                "\(name), contributions, \(tier)",
                rowCount: 4_096
            )
        }
        table.add(
            "\(name), tables of contributions",
            Double(best.byteCount) / 1e6,
            "MB",
            baseline: "limit of 20 MB",
            20
        )
        table.add(
            "\(name), making these tables",
            building,
            "us",
            baseline: "libxgboost, contributions of 1 row",
            libraryRow
        )
    }

    /// Adds a row to the table, and returns the microseconds that libxgboost takes for a row.
    private mutating func contributions(
        _ model: BenchModel,
        _ contributions: ForestContributions,
        _ name: String,
        rowCount: Int
    ) throws -> Double {
        let library = try LibraryBooster(model.document)
        let width = model.columnCount
        let columns = ContributionColumns.prepared(width)
        let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: width)
        var results = [Int64](repeating: 0, count: rowCount * width)
        let some = Array(model.rows.prefix(min(rowCount, Self.libraryRowsMax) * width))
        let (ours, theirs) = try BenchClock.medians(rounds: 5) {
            let start = BenchClock.thread
            var span = results.mutableSpan
            contributions.sums(model.rows.span, layout: layout, columns: columns, into: &span)
            return (BenchClock.thread - start) / Double(rowCount)
        } _: {
            let start = BenchClock.thread
            let values = try library.contributions(of: some, columnCount: width)
            let elapsed = BenchClock.thread - start
            precondition(
                zip(values, 0...).allSatisfy { value, index in
                    let (row, column) = index.quotientAndRemainder(dividingBy: width + 1)
                    guard column < width else { return true }
                    let own = Double(results[row * width + column]) * contributions.unit
                    // What libxgboost is off by.
                    return abs(own - Double(value)) < 1e-4
                },
                "contributions agree"
            )
            return elapsed / Double(some.count / width)
        }
        let label = "\(name), \(rowCount) \(rowCount == 1 ? "row" : "rows")"
        table.add(label, ours / 1_000, "us/row", baseline: "libxgboost", theirs / 1_000)
        return theirs / 1_000
    }
}
