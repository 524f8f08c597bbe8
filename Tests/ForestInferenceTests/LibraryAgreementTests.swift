// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing
import XGBoostBaseline

/// Every kernel, batch size and layout against libxgboost, bit for bit.
@Suite struct LibraryAgreementTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        var model: RandomModel
        var rowCount = 700
        var testDescription: String {
            "\(model.treeCount) trees, depth \(model.depthMax), \(model.featureCount) features, "
                + "\(model.objective), base \(model.baseScore), "
                + "categorical \(model.categoricalShare)"
        }
    }

    static let shapes: [Shape] = [
        Shape(model: RandomModel(treeCount: 1, depthMax: 1)),
        Shape(model: RandomModel(treeCount: 3, depthMax: 0)),
        Shape(model: RandomModel(treeCount: 17, depthMax: 2, baseScore: "3E-1")),
        Shape(model: RandomModel(treeCount: 33, depthMax: 5, baseScore: "1.234567E-1")),
        Shape(model: RandomModel(treeCount: 100, depthMax: 6, baseScore: "9.7E-1")),
        Shape(model: RandomModel(treeCount: 40, depthMax: 7, objective: "binary:logitraw")),
        Shape(model: RandomModel(treeCount: 30, depthMax: 10, cutsPerFeature: 300)),
        Shape(
            model: RandomModel(
                featureCount: 3,
                treeCount: 60,
                depthMax: 8,
                objective: "reg:squarederror",
                baseScore: "-2.75E0",
                cutsPerFeature: 900
            )
        ),
        Shape(
            model: RandomModel(
                treeCount: 25,
                depthMax: 9,
                objective: "reg:logistic",
                baseScore: "7E-1",
                leafShare: 0.3
            )
        ),
        Shape(model: RandomModel(featureCount: 90, treeCount: 60, depthMax: 8)),
        Shape(model: RandomModel(featureCount: 120, treeCount: 60, depthMax: 6)),
        Shape(model: RandomModel(featureCount: 500, treeCount: 40, depthMax: 8), rowCount: 530),
        Shape(model: RandomModel(treeCount: 12, depthMax: 13, leafShare: 0.25)),
        Shape(model: RandomModel(treeCount: 5, depthMax: 16, leafShare: 0.2), rowCount: 100),
        Shape(model: RandomModel(treeCount: 2_000, depthMax: 3), rowCount: 530),
        Shape(model: RandomModel(treeCount: 30, depthMax: 6, categoricalShare: 0.4)),
        Shape(
            model: RandomModel(
                featureCount: 20,
                treeCount: 30,
                depthMax: 9,
                categoricalShare: 0.2,
                leafShare: 0.3
            )
        ),
    ]

    @Test(arguments: shapes, [1, 2] as [UInt64])
    func everyKernelEqualsTheLibraryInEveryBit(shape: Shape, seed: UInt64) throws {
        let model = Array(shape.model.json(seed: seed).utf8)
        let forest = try Forest(xgboost: model)
        let rows = shape.model.rows(shape.rowCount, seed: seed)
        let library = try LibraryBooster(model)
        for output in [ScoreOutput.margin, .probability] {
            let expected = try library.predict(
                rows,
                columnCount: shape.model.featureCount,
                margin: output == .margin
            )
            for options in Self.allOptions {
                let compiled = try CompiledForest(forest, options: options)
                expectAgreement(compiled, rows, expected, output, [1, 5, 16, 23, shape.rowCount])
            }
        }
    }

    /// Seeds of shapes that are drawn from all that is supported.
    static let drawnSeeds = Array(1...48 as ClosedRange<UInt64>)

    @Test(arguments: drawnSeeds)
    func everyKernelAndTierEqualsTheLibraryOnDrawnShapes(seed: UInt64) throws {
        let model = RandomModel.drawn(seed: seed, nodeCount: 40_000)
        let json = Array(model.json(seed: seed).utf8)
        let forest = try Forest(xgboost: json)
        let rowCount = 530
        let rows = model.rows(rowCount, seed: seed)
        let expected = try LibraryBooster(json).predict(
            rows,
            columnCount: model.featureCount,
            margin: true
        )
        for options in Self.allOptions {
            let compiled = try CompiledForest(forest, options: options)
            expectAgreement(compiled, rows, expected, .margin, [1, 2, 17, rowCount])
        }
    }

    /// Every tier, generated code on and off, and by force what wide rows alone have.
    private static let allOptions: [CompileOptions] = [
        CompileOptions(tierMax: .portable), CompileOptions(tierMax: .avx2), CompileOptions(),
        CompileOptions(allowsGeneratedCode: false), CompileOptions(forcedKernel: .keysByRows),
        CompileOptions(tierMax: .avx2, forcedKernel: .keysByRow),
    ]

    /// Scores the first rows by every kernel, and by the one that the costs name.
    private func expectAgreement(
        _ compiled: CompiledForest,
        _ rows: [Float],
        _ expected: [Float],
        _ output: ScoreOutput,
        _ counts: [Int]
    ) {
        #expect(!compiled.kernelStatus.values.contains(.failedSelfCheck))
        for kernel in compiled.activeKernels.map(Optional.some) + [nil] {
            for count in counts {
                let layout = MatrixLayout.rowMajor(
                    rowCount: count,
                    columnCount: compiled.forest.featureCount
                )
                let scores = compiled.scores(rows, layout: layout, output: output, kernel: kernel)
                let differing = scores.indices.count {
                    scores[$0].bitPattern != expected[$0].bitPattern
                }
                #expect(differing == 0, "\(String(describing: kernel)), \(count) rows, \(output)")
            }
        }
    }

    /// Columns of one cut, and of searches of 4 to 8 levels.
    @Test(
        arguments: [KernelTier.portable, .avx2, .avx512vbmi],
        [1, 2, 15, 16, 30, 60, 120, 250, 300]
    )
    func columnMajorInputAndTiersGiveTheSameBits(tier: KernelTier, cutCount: Int) throws {
        let model = RandomModel(
            featureCount: cutCount == 1 ? 12 : 4,
            treeCount: 50,
            depthMax: 8,
            cutsPerFeature: cutCount
        )
        let json = Array(model.json(seed: 9).utf8)
        let forest = try Forest(xgboost: json)
        let compiled = try CompiledForest(forest, options: CompileOptions(tierMax: tier))
        let rowCount = 1_100
        let rows = model.rows(rowCount, seed: 9)
        var columns = [Float](repeating: 0, count: rows.count)
        for row in 0..<rowCount {
            for column in 0..<model.featureCount {
                columns[column * rowCount + row] = rows[row * model.featureCount + column]
            }
        }
        let library = try LibraryBooster(json)
        let expected = try library.predict(rows, columnCount: model.featureCount, margin: true)
        let layout = MatrixLayout.columnMajor(
            rowCount: rowCount,
            columnCount: model.featureCount
        )
        for kernel in compiled.activeKernels {
            let scores = compiled.scores(columns, layout: layout, output: .margin, kernel: kernel)
            #expect(scores.map(\.bitPattern) == expected.map(\.bitPattern), "\(kernel)")
        }
    }

    @Test func poolGivesTheSameBitsAsOneThread() throws {
        let model = RandomModel(treeCount: 30, depthMax: 6)
        let compiled = try CompiledForest(Forest(xgboost: Array(model.json(seed: 4).utf8)))
        let rowCount = 20_011
        let rows = model.rows(rowCount, seed: 4)
        let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: model.featureCount)
        let expected = compiled.scores(rows, layout: layout)
        let pool = ScoringPool(threadCount: 3)
        for _ in 0..<3 {
            var results = [Float](repeating: 0, count: rowCount)
            var span = results.mutableSpan
            pool.score(compiled, rows.span, layout: layout, output: .probability, into: &span)
            #expect(results.map(\.bitPattern) == expected.map(\.bitPattern))
        }
    }

    @Test func slowKernelsAreBuiltWhereTheyAreNeeded() throws {
        func active(_ model: RandomModel, _ options: CompileOptions) throws -> [ForestKernel] {
            let forest = try Forest(xgboost: Array(model.json(seed: 6).utf8))
            return try CompiledForest(forest, options: options).activeKernels
        }
        let usual = RandomModel(treeCount: 5, depthMax: 8)
        #expect(try active(usual, CompileOptions(tierMax: .portable)) == [.portable])
        #expect(try active(usual, CompileOptions(forcedKernel: .portable)).contains(.portable))
        try #require(KernelTier.best == .avx512vbmi)
        #expect(try !active(usual, CompileOptions()).contains(.portable))
        #expect(try active(usual, CompileOptions(tierMax: .avx2)) == [.avx2Blocks])
        #expect(try active(usual, CompileOptions(forcedKernel: .avx2Blocks)).contains(.avx2Blocks))
        // Rows of more byte columns than a block can name.
        let wide = RandomModel(featureCount: 300, treeCount: 60, depthMax: 6)
        let few: [ForestKernel] = [.portable, .keysByRow, .keysByRows]
        #expect(try few.allSatisfy(active(wide, CompileOptions()).contains))
        #expect(try active(wide, CompileOptions(tierMax: .portable)) == [.portable, .keysByRow])
        let deep = RandomModel(treeCount: 5, depthMax: 14, leafShare: 0.1)
        #expect(try active(deep, CompileOptions()).contains(.portable))
        #expect(try active(deep, CompileOptions()).contains(.blocksByRow))
    }

    @Test func unitsAreBuiltWhereTheyAreNeeded() throws {
        try #require(KernelTier.best == .avx512vbmi)
        func status(_ depth: Int, _ options: CompileOptions) throws -> KernelStatus? {
            let model = RandomModel(treeCount: 5, depthMax: depth, leafShare: 0)
            let forest = try Forest(xgboost: Array(model.json(seed: 6).utf8))
            return try CompiledForest(forest, options: options).kernelStatus[.slicedUnits]
        }
        #expect(try status(6, CompileOptions()) == .active)
        #expect(try status(7, CompileOptions()) == .notNeeded)
        #expect(try status(10, CompileOptions(allowsGeneratedCode: false)) == .active)
        #expect(try status(10, CompileOptions(forcedKernel: .slicedUnits)) == .active)
        #expect(try status(11, CompileOptions(allowsGeneratedCode: false)) == .shapeUnsupported)
    }

    @Test func referencePredictorEqualsTheLibrary() throws {
        let model = RandomModel(treeCount: 20, depthMax: 7, categoricalShare: 0.3)
        let json = Array(model.json(seed: 11).utf8)
        let reference = ReferencePredictor(try Forest(xgboost: json))
        let rows = model.rows(300, seed: 11)
        let library = try LibraryBooster(json)
        let width = model.featureCount
        let expected = try library.predict(rows, columnCount: width, margin: false)
        for row in 0..<300 {
            let prediction = reference.prediction(of: Array(rows[row * width..<(row + 1) * width]))
            #expect(prediction.bitPattern == expected[row].bitPattern)
        }
    }
}
