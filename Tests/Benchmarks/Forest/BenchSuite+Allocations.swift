// SPDX-License-Identifier: Apache-2.0

import CMallocCount
import ForestInference

extension BenchSuite {
    /// What calls allocate once the first ones have been made: nothing, in whatever way they are made.
    /// - Returns: whether that holds.
    mutating func allocations() throws -> Bool {
        let model = try BenchModel.loans(rounds: 60, depth: 8, trainingRows: 5_000)
        let compiled = try CompiledForest(model.forest)
        let pool = ScoringPool(threadCount: 2)
        var isNone = true
        for rowCount in [1, 16, 256, 4_096] {
            let layout = MatrixLayout.columnMajor(
                rowCount: rowCount,
                columnCount: model.columnCount,
                columnStride: model.rowCount
            )
            var results = [Float](repeating: 0, count: rowCount)
            let values = model.columns
            let one = Self.allocations {
                var span = results.mutableSpan
                compiled.score(
                    values.span,
                    layout: layout,
                    output: .probability,
                    into: &span
                )
            }
            let pooled = Self.allocations {
                var span = results.mutableSpan
                pool.score(
                    compiled,
                    values.span,
                    layout: layout,
                    output: .probability,
                    into: &span
                )
            }
            isNone = isNone && one == 0 && pooled == 0
            let name = "\(rowCount) rows"
            let what = "allocations of 100 calls"
            table.add("\(name): \(what)", one, "", baseline: "limit of none", 0)
            table.add("\(name) through a pool: \(what)", pooled, "", baseline: "limit of none", 0)
        }
        return isNone
    }

    /// Allocations of this thread in 100 calls, the fewest of some rounds: a forest makes a scratch
    /// more when more threads than ever before are at it at a time, and that may be in any round.
    private static func allocations(_ call: () -> Void) -> Double {
        var fewest = UInt64.max
        for _ in 0..<4 {
            let before = cmc_allocations()
            for _ in 0..<100 { call() }
            fewest = min(fewest, cmc_allocations() - before)
        }
        return Double(fewest)
    }
}
