// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing
import XGBoostBaseline

/// The kernels that compare values: rows of many columns, and wherever they are asked for.
@Suite struct KeyedForestTests {
    private static let kernels: [ForestKernel] = [.keysByRow, .keysByRows]

    /// Features of more cuts than a byte counts have several columns, whose values lie once.
    @Test(arguments: kernels, [3, 300, 700])
    func everyLayoutGivesTheBitsOfTheLibrary(kernel: ForestKernel, cutCount: Int) throws {
        try #require(kernel.tier <= .best)
        let model = RandomModel(featureCount: 37, treeCount: 90, cutsPerFeature: cutCount)
        let json = Array(model.json(seed: 5).utf8)
        let compiled = try CompiledForest(
            Forest(xgboost: json),
            options: CompileOptions(forcedKernel: kernel)
        )
        #expect(compiled.kernelStatus[kernel] == .active)
        let rowCount = 37
        let width = model.featureCount
        let rows = model.rows(rowCount, seed: 5)
        let expected = try LibraryBooster(json).predict(rows, columnCount: width, margin: true)
        let layouts = [
            MatrixLayout.rowMajor(rowCount: rowCount, columnCount: width),
            .columnMajor(rowCount: rowCount, columnCount: width),
            .columnMajor(rowCount: rowCount, columnCount: width, columnStride: rowCount + 5),
            MatrixLayout(rowCount: rowCount, columnCount: width, rowStride: 80, columnStride: 2),
        ]
        for layout in layouts {
            var values = [Float](repeating: .nan, count: layout.elementCount ?? 0)
            for row in 0..<rowCount {
                for column in 0..<width {
                    values[row * layout.rowStride + column * layout.columnStride] =
                        rows[row * width + column]
                }
            }
            let scores = compiled.scores(values, layout: layout, output: .margin, kernel: kernel)
            #expect(scores.map(\.bitPattern) == expected.map(\.bitPattern), "\(layout)")
        }
    }

    @Test(arguments: kernels)
    func classesAndRowsOfAnyCountHaveTheBitsOfTheLibrary(kernel: ForestKernel) throws {
        try #require(kernel.tier <= .best)
        let model = RandomModel(
            featureCount: 400,
            treeCount: 63,
            objective: "multi:softprob",
            classCount: 3
        )
        let json = Array(model.json(seed: 8).utf8)
        let compiled = try CompiledForest(Forest(xgboost: json))
        #expect(compiled.byteColumnCount > 256)
        #expect(compiled.kernelStatus[kernel] == .active)
        let rows = model.rows(40, seed: 8)
        let expected = try LibraryBooster(json).predict(rows, columnCount: 400, margin: true)
        for rowCount in [1, 15, 16, 17, 40] {
            let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: 400)
            let scores = compiled.scores(rows, layout: layout, output: .margin, kernel: kernel)
            #expect(scores.map(\.bitPattern) == expected[..<scores.count].map(\.bitPattern))
        }
    }

    @Test func treesOfSevenLevelsAreNotTaken() throws {
        let model = RandomModel(featureCount: 300, treeCount: 60, depthMax: 7, leafShare: 0)
        let compiled = try CompiledForest(Forest(xgboost: Array(model.json(seed: 2).utf8)))
        #expect(compiled.kernelStatus[.keysByRow] == .shapeUnsupported)
        #expect(compiled.activeKernels.contains(.portable))
    }

    /// A cut at every special number, and every special number as a value.
    @Test(arguments: kernels)
    func keysOrderEveryFloat(kernel: ForestKernel) throws {
        try #require(kernel.tier <= .best)
        let model = RandomModel(featureCount: 2, treeCount: 120, cutsPerFeature: 200)
        let json = Array(model.json(seed: 3).utf8)
        let forest = try Forest(xgboost: json)
        let compiled = try CompiledForest(forest, options: CompileOptions(forcedKernel: kernel))
        let cuts = (0..<2).flatMap { model.cuts($0, seed: 3) }
        let values = cuts.flatMap { [$0, $0.nextUp, $0.nextDown, -$0] }
        let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, -.nan]
        let rows = (values + special).flatMap { [$0, -$0] }
        let layout = MatrixLayout.rowMajor(rowCount: rows.count / 2, columnCount: 2)
        let scores = compiled.scores(rows, layout: layout, output: .margin, kernel: kernel)
        let reference = ReferencePredictor(forest)
        let expected = (0..<rows.count / 2).flatMap {
            reference.margins(of: Array(rows[2 * $0..<2 * $0 + 2]))
        }
        #expect(scores.map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
