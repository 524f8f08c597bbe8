// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// Margins that are turned into predictions afterwards give the bits of scoring predictions.
@Suite struct PredictionLinkTests {
    private static let single = [
        "binary:logistic", "binary:logitraw", "reg:squarederror", "reg:logistic",
    ].map { objective in
        SeveralOutputsTests.Shape(
            model: RandomModel(treeCount: 30, depthMax: 6, objective: objective)
        )
    }

    @Test(arguments: single + SeveralOutputsTests.shapes)
    func marginsBecomeThePredictionsOfOnePass(_ shape: SeveralOutputsTests.Shape) throws {
        let forest = try Forest(xgboost: Array(shape.model.json(seed: 5).utf8))
        let compiled = try CompiledForest(forest, options: shape.options)
        for count in [1, 15, 16, 17, 300, 1_100] {
            let rows = shape.model.rows(count, seed: UInt64(count))
            let layout = MatrixLayout.rowMajor(
                rowCount: count,
                columnCount: shape.model.featureCount
            )
            let expected = compiled.scores(rows, layout: layout, output: .probability)
            let margins = compiled.scores(rows, layout: layout, output: .margin)
            var predictions = [Float](repeating: -1, count: expected.count)
            var span = predictions.mutableSpan
            compiled.predict(margins: margins.span, into: &span)
            #expect(predictions.map(\.bitPattern) == expected.map(\.bitPattern), "\(count) rows")
        }
    }

    @Test func noRowsAreNoPredictions() throws {
        let model = RandomModel(treeCount: 3, depthMax: 2)
        let compiled = try CompiledForest(Forest(xgboost: Array(model.json(seed: 1).utf8)))
        var predictions: [Float] = []
        var span = predictions.mutableSpan
        compiled.predict(margins: [Float]().span, into: &span)
        #expect(predictions.isEmpty)
    }
}
