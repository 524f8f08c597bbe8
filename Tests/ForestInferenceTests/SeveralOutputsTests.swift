// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing
import XGBoostBaseline

/// Models of several classes or targets: every kernel gives the bits of libxgboost for each.
@Suite struct SeveralOutputsTests {
    /// A model, and how it is compiled.
    struct Shape: Sendable, CustomTestStringConvertible {
        var model: RandomModel
        var options = CompileOptions()

        var testDescription: String {
            "\(model.objective), \(model.classCount) classes, \(model.treeCount) trees, "
                + "\(options.tierMax), code \(options.allowsGeneratedCode)"
        }
    }

    private static func model(
        _ objective: String,
        classes: Int,
        rounds: Int,
        depth: Int = 6
    ) -> RandomModel {
        RandomModel(
            treeCount: classes * rounds,
            depthMax: depth,
            objective: objective,
            classCount: classes
        )
    }

    static let shapes: [Shape] = [
        Shape(model: model("multi:softprob", classes: 3, rounds: 20)),
        Shape(model: model("multi:softprob", classes: 7, rounds: 3, depth: 10)),
        Shape(model: model("multi:softprob", classes: 5, rounds: 2, depth: 14)),
        Shape(model: model("multi:softmax", classes: 4, rounds: 10)),
        Shape(model: model("multi:softmax", classes: 2, rounds: 1, depth: 2)),
        Shape(model: model("multi:softprob", classes: 1, rounds: 5)),
        Shape(model: model("reg:squarederror", classes: 3, rounds: 8)),
        Shape(model: model("binary:logistic", classes: 3, rounds: 8)),
        Shape(
            model: model("multi:softprob", classes: 3, rounds: 9),
            options: CompileOptions(tierMax: .portable)
        ),
        Shape(
            model: model("multi:softprob", classes: 3, rounds: 9),
            options: CompileOptions(tierMax: .avx2)
        ),
        Shape(
            model: model("multi:softprob", classes: 3, rounds: 9, depth: 8),
            options: CompileOptions(allowsGeneratedCode: false)
        ),
    ]

    @Test(arguments: shapes)
    func everyKernelGivesTheBitsOfTheLibrary(_ shape: Shape) throws {
        let json = Array(shape.model.json(seed: 3).utf8)
        let forest = try Forest(xgboost: json)
        let compiled = try CompiledForest(forest, options: shape.options)
        let library = try LibraryBooster(json)
        let width = shape.model.featureCount
        #expect(forest.outputCount == shape.model.classCount)
        #expect(!compiled.activeKernels.isEmpty)
        for count in [1, 17, 300, 1_100] {
            let rows = shape.model.rows(count, seed: UInt64(count))
            let layout = MatrixLayout.rowMajor(rowCount: count, columnCount: width)
            for output in [ScoreOutput.margin, .probability] {
                let isMargin = output == .margin
                let expected = try library.predict(rows, columnCount: width, margin: isMargin)
                #expect(expected.count == count * forest.valueCount(of: output))
                for kernel in compiled.activeKernels.map({ Optional($0) }) + [nil] {
                    let scores = compiled.scores(
                        rows,
                        layout: layout,
                        output: output,
                        kernel: kernel
                    )
                    #expect(
                        scores.map(\.bitPattern) == expected.map(\.bitPattern),
                        "\(String(describing: kernel)), \(count) rows, \(output)"
                    )
                }
            }
        }
    }

    @Test func theReferenceGivesTheBitsOfTheLibrary() throws {
        for objective in ["multi:softprob", "multi:softmax"] {
            let model = Self.model(objective, classes: 3, rounds: 4)
            let json = Array(model.json(seed: 8).utf8)
            let reference = ReferencePredictor(try Forest(xgboost: json))
            let library = try LibraryBooster(json)
            let rows = model.rows(50, seed: 8)
            let width = model.featureCount
            let margins = try library.predict(rows, columnCount: width, margin: true)
            let predictions = try library.predict(rows, columnCount: width, margin: false)
            let starts = (0..<50).map { Array(rows[$0 * width..<($0 + 1) * width]) }
            #expect(starts.flatMap { reference.margins(of: $0) } == margins)
            #expect(starts.flatMap { reference.predictions(of: $0) } == predictions)
        }
    }

    @Test func poolGivesTheSameBitsAsOneThread() throws {
        for objective in ["multi:softprob", "multi:softmax"] {
            let model = Self.model(objective, classes: 3, rounds: 6)
            let forest = try Forest(xgboost: Array(model.json(seed: 4).utf8))
            let compiled = try CompiledForest(forest)
            let rowCount = 2_001
            let rows = model.rows(rowCount, seed: 4)
            let layout = MatrixLayout.rowMajor(
                rowCount: rowCount,
                columnCount: model.featureCount
            )
            let expected = compiled.scores(rows, layout: layout)
            var results = [Float](repeating: -1, count: expected.count)
            var span = results.mutableSpan
            ScoringPool(threadCount: 2).score(
                compiled,
                rows.span,
                layout: layout,
                output: .probability,
                into: &span
            )
            #expect(results == expected)
        }
    }

    @Test func storedForestsKeepAllOutputs() throws {
        let model = Self.model("multi:softprob", classes: 5, rounds: 3)
        let forest = try Forest(xgboost: Array(model.json(seed: 1).utf8))
        let sections = forest.sections()
        #expect(try Forest(sections: sections) == forest)
        // What holds several outputs is not taken for a forest of one.
        #expect(throws: ForestError.self) {
            try Forest(sections: sections.filter { $0.id != 8 })
        }
        let outputs = try #require(sections.first { $0.id == 8 })
        for altered in 0..<12 {
            var bytes = outputs.bytes
            bytes[altered] ^= 0x80
            let others = sections.filter { $0.id != 8 } + [ForestSection(id: 8, bytes: bytes)]
            #expect(throws: ForestError.invalidSection(8)) { try Forest(sections: others) }
        }
    }

    /// Earlier forms of forests of one output stay as they are; covers come last.
    @Test func aForestOfOneOutputHasNoSectionOfOutputs() throws {
        let forest = try Forest(xgboost: Array(RandomModel().json(seed: 1).utf8))
        #expect(forest.sections().map(\.id) == [1, 2, 3, 4, 5, 6, 12])
        #expect(forest.sections()[0].bytes.prefix(4) == [1, 0, 0, 0])
    }

    @Test func outputsAreLimited() throws {
        func text(_ classes: Int) -> [UInt8] {
            var model = RandomModel(treeCount: 0, objective: "multi:softprob")
            model.classCount = classes
            return Array(model.json(seed: 1).utf8)
        }
        let limit = ForestLimits.outputsMax
        let forest = try Forest(xgboost: text(limit))
        #expect(forest.outputCount == limit)
        #expect(throws: ForestError.tooLarge(.outputs, count: limit + 1, limit: limit)) {
            try Forest(xgboost: text(limit + 1))
        }
        #expect(throws: ForestError.invalidValue(field: "num_class")) {
            try Forest(xgboost: text(0))
        }
        let some = try Forest(xgboost: text(64))
        let compiled = try CompiledForest(some)
        let row = [Float](repeating: 0, count: some.featureCount)
        let layout = MatrixLayout.rowMajor(rowCount: 1, columnCount: some.featureCount)
        let scores = compiled.scores(row, layout: layout)
        #expect(scores.count == 64)
        #expect(scores.allSatisfy { $0 == 1.0 / 64 })
    }

    @Test func theBestIterationCountsTreesOfAllClasses() throws {
        var model = Self.model("multi:softprob", classes: 3, rounds: 4)
        model.depthMax = 2
        let json = model.json(seed: 2).replacing(
            "\"attributes\":{}",
            with: "\"attributes\":{\"best_iteration\":\"1\"}"
        )
        let forest = try Forest(xgboost: Array(json.utf8))
        #expect(forest.treeCount == 6)
        #expect(forest.earlyStopping?.iterationCount == 4)
        #expect(try Forest(sections: forest.sections()) == forest)
    }
}
