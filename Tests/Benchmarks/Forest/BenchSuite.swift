// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanArtifact
import XGBoostBaseline

/// The figures of the bench.
struct BenchSuite {
    var table = BenchTable()

    /// Everything about the main model.
    mutating func documented(_ model: BenchModel, name: String) throws {
        let forest = model.forest
        let compiled = try CompiledForest(forest)
        for rowCount in [1, 16, 256, 4_096, 100_000] {
            try batch(model, compiled, name, rowCount: rowCount)
        }
        let fixed = try CompiledForest(forest, options: CompileOptions(allowsGeneratedCode: false))
        try batch(model, fixed, "\(name), no generated code", rowCount: 256)
        try batch(model, fixed, "\(name), no generated code", rowCount: 4_096)
        for tier in [KernelTier.avx2, .portable] where tier <= .best {
            let limited = try CompiledForest(forest, options: CompileOptions(tierMax: tier))
            try batch(model, limited, "\(name), \(tier)", rowCount: 4_096)
            try agreement(model, limited, name, kernels: limited.activeKernels)
        }
        try agreement(model, compiled, name, kernels: compiled.activeKernels)
        try agreement(model, fixed, name, kernels: [.slicedUnits])
        if model.columnCount == BenchModel.numericCount + BenchModel.groups.reduce(0, +) {
            try fused(model, compiled, name)
        }
        try contributions(model, compiled, name)
        pool(model, compiled, name)
        try sizes(model, name: name)
    }

    /// One batch size against libxgboost.
    mutating func batch(
        _ model: BenchModel,
        _ compiled: CompiledForest,
        _ name: String,
        rowCount wanted: Int
    ) throws {
        let rowCount = min(wanted, model.rowCount)
        let library = try LibraryBooster(model.document)
        let width = model.columnCount
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
        let valueCount = model.forest.valueCount(of: .margin)
        var results = [Float](repeating: 0, count: rowCount * valueCount)
        // Small batches are repeated at changing places, so that no branch is learned by heart.
        let repeats = max(1, 131_072 / rowCount)
        let places = (0..<repeats).map { ($0 * 977) % (model.rowCount - rowCount + 1) }
        let (ours, theirs) = try BenchClock.medians(rounds: rowCount > 10_000 ? 5 : 15) {
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
            // libxgboost is slow: fewer repeats suffice.
            let some = places.prefix(max(1, repeats / 32))
            for place in some {
                try library.withPredictions(
                    of: model.rows.span.extracting(place * width..<(place + rowCount) * width),
                    columnCount: width,
                    margin: true
                ) { _ in }
            }
            return (BenchClock.thread - start) / Double(rowCount * some.count)
        }
        let last = places[repeats - 1]
        let differing = try library.withPredictions(
            of: model.rows.span.extracting(last * width..<(last + rowCount) * width),
            columnCount: width,
            margin: true
        ) { BenchTable.differing(results, $0) }
        precondition(differing == 0, "results are equal")
        let label = "\(name), \(rowCount) \(rowCount == 1 ? "row" : "rows")"
        table.add(label, ours, "ns/row", baseline: "libxgboost", theirs)
    }

    /// Rows that any kernel scores otherwise than libxgboost, by a bit or more.
    private mutating func agreement(
        _ model: BenchModel,
        _ compiled: CompiledForest,
        _ name: String,
        kernels: [ForestKernel]
    ) throws {
        let expected = try LibraryBooster(model.document).predict(
            model.rows,
            columnCount: model.columnCount,
            margin: true
        )
        let layout = MatrixLayout.columnMajor(
            rowCount: model.rowCount,
            columnCount: model.columnCount
        )
        for kernel in kernels where compiled.activeKernels.contains(kernel) {
            let margins = compiled.scores(
                model.columns,
                layout: layout,
                output: .margin,
                kernel: kernel
            )
            table.add(
                "\(name), \(kernel.rawValue): rows not equal",
                Double(BenchTable.differing(margins, expected.span)),
                "rows",
                baseline: "of all rows",
                Double(model.rowCount)
            )
        }
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
        table.add(
            "\(name), raw applications, 4096 rows",
            ours,
            "ns/row",
            baseline: "prepared",
            theirs
        )
    }

    /// Two threads against one, on the wall; and what part of that time the two have worked, which a
    /// host that gives its processors to others does not lower.
    private mutating func pool(_ model: BenchModel, _ compiled: CompiledForest, _ name: String) {
        let layout = MatrixLayout.columnMajor(
            rowCount: model.rowCount,
            columnCount: model.columnCount
        )
        var results = [Float](repeating: 0, count: model.rowCount)
        let one = ScoringPool(threadCount: 1)
        let two = ScoringPool(threadCount: 2)
        var working: [Double] = []
        func run(_ pool: ScoringPool) -> Double {
            let start = (wall: BenchClock.wall, process: BenchClock.process)
            var span = results.mutableSpan
            pool.score(
                compiled,
                model.columns.span,
                layout: layout,
                output: .probability,
                into: &span
            )
            let wall = BenchClock.wall - start.wall
            if pool.threadCount == 2 { working.append((BenchClock.process - start.process) / wall) }
            return wall / Double(model.rowCount)
        }
        let (ours, theirs) = BenchClock.firstQuartiles(rounds: 61) {
            run(two)
        } _: {
            run(one)
        }
        table.add(
            "\(name), two threads",
            ours,
            "ns/row",
            baseline: "one thread",
            theirs
        )
        table.add(
            "\(name), two threads: processors busy",
            working.sorted()[working.count / 2],
            "processors",
            baseline: "of",
            2
        )
    }

    /// Compiling, loading and memory, against their limits.
    mutating func sizes(_ model: BenchModel, name: String) throws {
        let forest = model.forest
        let stored = ModelArtifact(
            producer: "bench",
            trainedAt: 0,
            preprocessorFingerprint: [],
            featureNames: [],
            parameters: [],
            scores: nil,
            sections: forest.artifactSections
        ).encoded()
        // Two threads compile: what counts is the wall, and what it costs, the processors.
        var processorTimes: [Double] = []
        let (compile, load) = try BenchClock.firstQuartiles(rounds: 41) {
            let start = BenchClock.wall
            _ = try CompiledForest(forest)
            return (BenchClock.wall - start) / 1e6
        } _: {
            let start = (wall: BenchClock.wall, process: BenchClock.process)
            _ = try CompiledForest(Forest(artifact: ModelArtifact(decoding: stored)))
            processorTimes.append((BenchClock.process - start.process) / 1e6)
            return (BenchClock.wall - start.wall) / 1e6
        }
        table.add("\(name), compile", compile, "ms", baseline: "limit of 150 ms", 150)
        table.add("\(name), load a stored model", load, "ms", baseline: "limit of 20 ms", 20)
        table.add(
            "\(name), load a stored model: processor time",
            processorTimes.sorted()[processorTimes.count / 2],
            "ms",
            baseline: "limit of 30 ms",
            30
        )
        let megabytes = Double(try CompiledForest(forest).compiledBytes) / 1e6
        table.add("\(name), compiled", megabytes, "MB", baseline: "limit of 12 MB", 12)
    }
}
