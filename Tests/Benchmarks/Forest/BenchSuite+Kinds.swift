// SPDX-License-Identifier: Apache-2.0

import ForestInference

// Models of other kinds than the documented one.

extension BenchSuite {
    /// Several classes.
    mutating func classes() throws {
        let model = try BenchModel.classes(5, rounds: 500, depth: 6, trainingRows: 5_000)
        let compiled = try CompiledForest(model.forest)
        for rowCount in [1, 16, 256, 4_096] {
            try batch(model, compiled, "5 classes, 500 rounds", rowCount: rowCount)
        }
    }

    /// Many columns.
    mutating func columns() throws {
        let model = try BenchModel.columns(2_000, rounds: 500, depth: 6, trainingRows: 5_000)
        let compiled = try CompiledForest(model.forest)
        for rowCount in [1, 16, 256, 4_096] {
            try batch(model, compiled, "500 trees, 2000 features", rowCount: rowCount)
        }
    }

    /// Trees with weights against the same trees without.
    mutating func weights() throws {
        let model = try BenchModel.loans(rounds: 500, depth: 8, trainingRows: 10_000)
        let weighted = try model.withTreeWeights()
        let plain = try CompiledForest(model.forest)
        let dart = try CompiledForest(weighted.forest)
        for rowCount in [1, 4_096] {
            let isBatch = rowCount > 1
            let layout =
                isBatch
                ? MatrixLayout.columnMajor(
                    rowCount: rowCount,
                    columnCount: model.columnCount,
                    columnStride: model.rowCount
                ) : .rowMajor(rowCount: rowCount, columnCount: model.columnCount)
            let values = isBatch ? model.columns : model.rows
            let (ours, theirs) = BenchClock.medians(rounds: 21) {
                Self.time(dart, values, layout)
            } _: {
                Self.time(plain, values, layout)
            }
            let rows = isBatch ? "\(rowCount) rows" : "1 row"
            let name = "500 trees of dart, \(rows)"
            table.add(name, ours, "ns/row", baseline: "gbtree", theirs)
        }
    }

    /// Nanoseconds of a row.
    private static func time(
        _ forest: CompiledForest,
        _ values: [Float],
        _ layout: MatrixLayout
    ) -> Double {
        let repeats = max(1, 65_536 / layout.rowCount)
        var results = [Float](repeating: 0, count: layout.rowCount)
        let start = BenchClock.thread
        for _ in 0..<repeats {
            var span = results.mutableSpan
            forest.score(values.span, layout: layout, output: .margin, into: &span)
        }
        return (BenchClock.thread - start) / Double(layout.rowCount * repeats)
    }
}
