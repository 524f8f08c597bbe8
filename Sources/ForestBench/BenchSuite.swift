// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The figures of the bench.
struct BenchSuite {
    private(set) var table = BenchTable()

    /// Everything about the main model.
    mutating func documented(_ model: BenchModel, name: String) throws {
        let forest = model.forest
        let compiled = try CompiledForest(forest)
        for rowCount in [1, 16, 256, 4_096, 100_000] {
            try batch(model, compiled, name, rowCount: rowCount)
        }
        let fixed = try CompiledForest(forest, options: CompileOptions(allowsGeneratedCode: false))
        for rowCount in [256, 4_096] {
            try batch(model, fixed, "\(name), no generated code", rowCount: rowCount)
        }
        for tier in [KernelTier.avx2, .portable] where tier <= .best {
            let limited = try CompiledForest(forest, options: CompileOptions(tierMax: tier))
            try batch(model, limited, "\(name), \(tier)", rowCount: 4_096)
        }
        if model.columnCount == BenchModel.numericCount + BenchModel.groups.reduce(0, +) {
            try fused(model, compiled, name)
        }
        pool(model, compiled, name)
        try sizes(forest, compiled, name)
    }

    /// One batch size against libxgboost. Results of the two must be the same bits.
    mutating func batch(
        _ model: BenchModel,
        _ compiled: CompiledForest,
        _ name: String,
        rowCount wanted: Int
    ) throws {
        let rowCount = min(wanted, model.rowCount)
        let library = try LibraryModel(model.document)
        let scratch = compiled.makeScratch()
        // A few rows come as records, row after row; batches come in columns.
        let isBatch = rowCount >= 64
        let layout =
            isBatch
            ? MatrixLayout.columnMajor(
                rowCount: rowCount,
                columnCount: model.columnCount,
                columnStride: model.rowCount
            ) : MatrixLayout.rowMajor(rowCount: rowCount, columnCount: model.columnCount)
        let values = isBatch ? model.columns : model.rows
        let step = isBatch ? 1 : model.columnCount
        var results = [Float](repeating: 0, count: rowCount)
        // Small batches are repeated at changing places, so that no branch is learned by heart.
        let repeats = max(1, 4_096 / rowCount)
        let places = (0..<repeats).map { ($0 * 977) % (model.rowCount - rowCount + 1) }
        let (ours, theirs) = try BenchClock.medians(rounds: rowCount > 10_000 ? 3 : 9) {
            let start = BenchClock.thread
            for place in places {
                var span = results.mutableSpan
                compiled.score(
                    values.span.extracting((place * step)...),
                    layout: layout,
                    output: .margin,
                    into: &span,
                    scratch: scratch
                )
            }
            return (BenchClock.thread - start) / Double(rowCount * repeats)
        } _: {
            let start = BenchClock.thread
            // libxgboost is slow for one row: fewer repeats suffice.
            let some = places.prefix(max(1, repeats / 8))
            for place in some {
                _ = try library.margins(
                    model.rows,
                    columnCount: model.columnCount,
                    first: place,
                    count: rowCount
                )
            }
            return (BenchClock.thread - start) / Double(rowCount * some.count)
        }
        let last = try library.margins(
            model.rows,
            columnCount: model.columnCount,
            first: places[repeats - 1],
            count: rowCount
        )
        precondition(last.bitPattern == results[rowCount - 1].bitPattern, "results are equal")
        table.add("\(name), \(rowCount) rows", ours, "ns/row", baseline: "libxgboost", theirs)
    }

    /// Raw columns against the prepared matrix.
    private mutating func fused(
        _ model: BenchModel,
        _ compiled: CompiledForest,
        _ name: String
    ) throws {
        let numericCount = BenchModel.numericCount
        var categories: [RawInputs.CategoryColumn] = []
        var codes: [UInt8] = []
        var feature = numericCount
        for size in BenchModel.groups {
            categories.append(.oneHot(features: Array(feature..<feature + size)))
            codes += (0..<model.rowCount).map { row in
                let values = model.rows[
                    row * model.columnCount + feature..<(row + 1) * model.columnCount
                ]
                return UInt8(
                    values.prefix(size).firstIndex(of: 1).map { $0 - values.startIndex } ?? 255
                )
            }
            feature += size
        }
        let inputs = RawInputs(
            numeric: (0..<numericCount).map { .init(feature: $0, imputation: 0) },
            categories: categories
        )
        let fused = try FusedForest(compiled, inputs: inputs)
        let scratch = fused.makeScratch()
        let prepared = compiled.makeScratch()
        let rowCount = min(4_096, model.rowCount)
        var results = [Float](repeating: 0, count: rowCount)
        let (ours, theirs) = BenchClock.medians(rounds: 21) {
            let start = BenchClock.thread
            var span = results.mutableSpan
            fused.score(
                numeric: model.columns.span,
                numericLayout: .columnMajor(
                    rowCount: rowCount,
                    columnCount: numericCount,
                    columnStride: model.rowCount
                ),
                codes: codes.span,
                codeLayout: .columnMajor(
                    rowCount: rowCount,
                    columnCount: categories.count,
                    columnStride: model.rowCount
                ),
                output: .margin,
                into: &span,
                scratch: scratch
            )
            return (BenchClock.thread - start) / Double(rowCount)
        } _: {
            let start = BenchClock.thread
            var span = results.mutableSpan
            compiled.score(
                model.columns.span,
                layout: .columnMajor(
                    rowCount: rowCount,
                    columnCount: model.columnCount,
                    columnStride: model.rowCount
                ),
                output: .margin,
                into: &span,
                scratch: prepared
            )
            return (BenchClock.thread - start) / Double(rowCount)
        }
        table.add("\(name), fused, 4096 rows", ours, "ns/row", baseline: "prepared", theirs)
    }

    /// Two threads against one, on the wall.
    private mutating func pool(_ model: BenchModel, _ compiled: CompiledForest, _ name: String) {
        let layout = MatrixLayout.columnMajor(
            rowCount: model.rowCount,
            columnCount: model.columnCount
        )
        var results = [Float](repeating: 0, count: model.rowCount)
        let one = ScoringPool(threadCount: 1)
        let two = ScoringPool(threadCount: 2)
        func run(_ pool: ScoringPool) -> Double {
            let start = BenchClock.wall
            var span = results.mutableSpan
            for _ in 0..<4 {
                pool.score(
                    compiled,
                    model.columns.span,
                    layout: layout,
                    output: .probability,
                    into: &span
                )
            }
            return (BenchClock.wall - start) / Double(4 * model.rowCount)
        }
        let (ours, theirs) = BenchClock.medians(rounds: 9) {
            run(two)
        } _: {
            run(one)
        }
        table.add("\(name), two threads", ours, "ns/row", baseline: "one thread", theirs)
    }

    /// Compiling, loading and memory.
    private mutating func sizes(
        _ forest: Forest,
        _ compiled: CompiledForest,
        _ name: String
    ) throws {
        let sections = forest.sections()
        let (compile, load) = try BenchClock.medians(rounds: 5) {
            let start = BenchClock.thread
            _ = try CompiledForest(forest)
            return (BenchClock.thread - start) / 1e6
        } _: {
            let start = BenchClock.thread
            _ = try CompiledForest(Forest(sections: sections))
            return (BenchClock.thread - start) / 1e6
        }
        table.add("\(name), compile", compile, "ms")
        table.add("\(name), load and compile", load, "ms")
        table.add("\(name), compiled", Double(compiled.compiledBytes), "bytes")
    }
}
