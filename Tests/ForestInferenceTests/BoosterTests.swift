// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing
import XGBoostBaseline

/// Boosters other than trees that are added as they are.
@Suite struct BoosterTests {
    private static func read(_ text: String) throws(ForestError) -> Forest {
        try Forest(xgboost: Array(text.utf8))
    }

    private static func list(_ numbers: [Float]) -> String {
        "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
    }

    // MARK: DART

    /// A random forest as DART writes it to 3.2, with a weight for each tree.
    private static func dart(_ model: RandomModel, seed: UInt64) -> String {
        var random = TestRandom(seed: seed)
        let weights = (0..<model.treeCount).map { _ in Float(random.unit() * 1.2) }
        return model.json(seed: seed).replacing(
            "\"gradient_booster\":{\"model\":",
            with: "\"gradient_booster\":{\"gbtree\":{\"model\":"
        )
        .replacing(
            "\"name\":\"gbtree\"}",
            with: "\"name\":\"gbtree\"},\"name\":\"dart\",\"weight_drop\":\(list(weights))}"
        )
    }

    @Test(arguments: ["binary:logistic", "reg:squarederror", "multi:softprob"])
    func weightedTreesGiveTheBitsOfTheLibrary(objective: String) throws {
        let classes = objective == "multi:softprob" ? 3 : 0
        let model = RandomModel(
            treeCount: 30,
            objective: objective,
            baseScore: "3E-1",
            classCount: classes
        )
        let json = Array(Self.dart(model, seed: 5).utf8)
        let forest = try Forest(xgboost: json)
        #expect(try Forest(sections: forest.sections()) == forest)
        let compiled = try CompiledForest(forest)
        let rows = model.rows(600, seed: 5)
        let layout = MatrixLayout.rowMajor(rowCount: 600, columnCount: model.featureCount)
        for output in [ScoreOutput.margin, .probability] {
            let expected = try LibraryBooster(json).predict(
                rows,
                columnCount: model.featureCount,
                margin: output == .margin
            )
            for kernel in compiled.activeKernels {
                let scores = compiled.scores(rows, layout: layout, output: output, kernel: kernel)
                #expect(
                    scores.map(\.bitPattern) == expected.map(\.bitPattern),
                    "\(kernel), \(output)"
                )
            }
        }
    }

    /// Places of the weights: outside of the forest to 3.3, within it since 3.4.
    @Test func weightsAreFoundWhereTheReleaseHasThem() throws {
        let text = ModelText([.leaf(1), .leaf(-3)], featureCount: 1)
        let weights = "\"weight_drop\":[0.5,2],"
        for (version, place) in [("3,3,0", "\"name\":\"gbtree\""), ("3,4,1", "\"tree_info\"")] {
            var model = text
            model.version = version
            let json = model.json.replacing(place, with: weights + place)
            #expect(ReferencePredictor(try Self.read(json)).margin(of: [0]) == -5.5)
            let none = model.json.replacing(place, with: "\"weight_drop\":[]," + place)
            #expect(ReferencePredictor(try Self.read(none)).margin(of: [0]) == -2)
        }
    }

    @Test func weightsThatDoNotFitAreRefused() throws {
        let text = ModelText([.leaf(1), .leaf(-3)], featureCount: 1).json
        func error(_ weights: String) -> ForestError? {
            let place = "\"name\":\"gbtree\""
            let json = text.replacing(place, with: "\"weight_drop\":\(weights)," + place)
            do throws(ForestError) {
                _ = try Self.read(json)
                return nil
            } catch {
                return error
            }
        }
        #expect(error("[1]") == .wrongCount(field: "weight_drop", stated: "1 trees", found: 2))
        #expect(error("[1,1,1]") == .wrongCount(field: "weight_drop", stated: "3 trees", found: 2))
        #expect(error("[1,NaN]") == .invalidValue(field: "weight_drop"))
        #expect(error("[1,3e38]") == .invalidValue(field: "weight_drop"))
        #expect(error("[1,2],\"weight_drop\":[1,2]") == .duplicateField("weight_drop"))
    }

    // MARK: linear

    /// Three classes of two features: weights feature by feature, and then the biases.
    private static func linear(
        _ weights: [Float],
        objective: String = "multi:softprob",
        classes: Int = 3
    ) -> String {
        let parameters =
            classes > 0
            ? "\"softmax_multiclass_param\":{\"num_class\":\"\(classes)\"}"
            : "\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}"
        return """
            {"learner":{"attributes":{"best_iteration":"0"},"feature_names":[],\
            "feature_types":[],"gradient_booster":{"model":{"boosted_rounds":2,\
            "weights":\(list(weights))},"name":"gblinear"},"learner_model_param":\
            {"base_score":"5E-1","boost_from_average":"1","num_class":"\(classes)",\
            "num_feature":"2","num_target":"1"},"objective":{"name":"\(objective)",\
            \(parameters)}},"version":[3,2,0]}
            """
    }

    @Test func linearModelsAddValueTimesWeight() throws {
        let forest = try Self.read(Self.linear([1, 2, 3, 10, 20, 30, 0.5, 0.25, 0.125]))
        #expect(forest.linear != nil)
        #expect(forest.treeCount == 0)
        let compiled = try CompiledForest(forest)
        #expect(compiled.activeKernels == [.linear])
        #expect(compiled.kernel(forRowCount: 5_000) == .linear)
        #expect(compiled.kernelStatus[.portable] == .shapeUnsupported)
        let rows: [Float] = [2, 1, .nan, 1, 2, .nan, .nan, .nan]
        let layout = MatrixLayout.rowMajor(rowCount: 4, columnCount: 2)
        #expect(
            compiled.scores(rows, layout: layout, output: .margin)
                == [13, 24.75, 36.625, 11, 20.75, 30.625, 3, 4.75, 6.625, 1, 0.75, 0.625]
        )
        #expect(forest.earlyStopping == nil)
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    /// Features are added in their order, and products are rounded before: one row in a thousand
    /// of these would differ in the last bit otherwise.
    @Test func linearMarginsAreRoundedAsFloats() throws {
        var random = TestRandom(seed: 9)
        let weights = (0..<3).map { _ in random.float() }
        let json = Self.linear(weights, objective: "binary:logistic", classes: 0)
        let compiled = try CompiledForest(Self.read(json))
        let rowCount = 1_500
        let rows = (0..<2 * rowCount).map { _ in random.float() }
        let expected = (0..<rowCount).map { row in
            let first = rows[2 * row] * weights[0]
            let second = rows[2 * row + 1] * weights[1]
            // The base margin of one half is minus zero.
            return ((weights[2] + -0.0) + first) + second
        }
        let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: 2)
        #expect(compiled.scores(rows, layout: layout, output: .margin) == expected)
    }

    @Test func rawColumnsOfLinearModelsArePrepared() throws {
        let json = Self.linear([2, 10, 0.5], objective: "reg:squarederror", classes: 0)
        let compiled = try CompiledForest(Self.read(json))
        let inputs = RawInputs(
            numeric: [.init(feature: 1, imputation: 7) { $0 + 1 }],
            categories: [.init(features: [0], values: [[3], [4]], unknown: [5])]
        )
        let fused = try FusedForest(compiled, inputs: inputs)
        var results = [Float](repeating: 0, count: 4)
        var span = results.mutableSpan
        let numbers: [Float] = [1, .nan, 2, 3]
        let codes: [UInt8] = [0, 1, 254, 255]
        fused.score(
            numeric: numbers.span,
            numericLayout: .columnMajor(rowCount: 4, columnCount: 1),
            codes: codes.span,
            codeLayout: .columnMajor(rowCount: 4, columnCount: 1),
            output: .margin,
            into: &span
        )
        // Twice the category, ten times the number, the bias and the base score of one half.
        #expect(results == [27, 89, 41, 51])
        var pooled = [Float](repeating: 0, count: 4)
        var pooledSpan = pooled.mutableSpan
        ScoringPool(threadCount: 2).score(
            fused,
            numeric: numbers.span,
            numericLayout: .columnMajor(rowCount: 4, columnCount: 1),
            codes: codes.span,
            codeLayout: .columnMajor(rowCount: 4, columnCount: 1),
            output: .margin,
            into: &pooledSpan
        )
        #expect(pooled == results)
    }

    @Test func preparedColumnsOfLinearModelsMayShareARawOne() throws {
        let json = Self.linear([2, 10, 0.5], objective: "reg:squarederror", classes: 0)
        let inputs = RawInputs(
            numeric: [
                .init(feature: 1, source: 0), .init(feature: 0, source: 0) { $0 == 3 ? 1 : 0 },
            ],
            categories: []
        )
        let fused = try FusedForest(CompiledForest(Self.read(json)), inputs: inputs)
        var results = [Float](repeating: 0, count: 2)
        var span = results.mutableSpan
        let numbers: [Float] = [3, 4]
        let codes: [UInt8] = []
        fused.score(
            numeric: numbers.span,
            numericLayout: .columnMajor(rowCount: 2, columnCount: 1),
            codes: codes.span,
            codeLayout: .columnMajor(rowCount: 2, columnCount: 0),
            output: .margin,
            into: &span
        )
        #expect(results == [33, 41])
    }

    @Test func weightsOfLinearModelsAreComplete() throws {
        let error = ForestError.wrongCount(field: "weights", stated: "8 numbers", found: 9)
        #expect(throws: error) {
            try Self.read(Self.linear([Float](repeating: 1, count: 8)))
        }
        // Before the first round nothing has been learned.
        let untrained = try Self.read(Self.linear([]))
        #expect(ReferencePredictor(untrained).margins(of: [1, 2]) == [0.5, 0.5, 0.5])
        let sections = try Self.read(Self.linear([1, 2, 3, 4, 5, 6, 7, 8, 9])).sections()
        #expect(throws: ForestError.self) { try Forest(sections: sections.filter { $0.id != 8 }) }
        for altered in [[UInt8](), [UInt8](repeating: 255, count: 36)] {
            let section = ForestSection(id: 9, bytes: altered)
            #expect(throws: ForestError.invalidSection(9)) {
                try Forest(sections: sections.filter { $0.id != 9 } + [section])
            }
        }
    }

    // MARK: leaves of several values

    /// A stump of 3.2, in which a leaf names its values.
    private static func vector(right: String, values: String, size: Int = 2) -> ModelText.Tree {
        let arrays = """
            "left_children":[1,-1,-1],"right_children":\(right),"split_indices":[0,0,0],\
            "split_conditions":[0.5,0,0],"default_left":[0,0,0],\(values)
            """
        return ModelText.Tree(arrays, nodeCount: 3, leafValueCount: size)
    }

    private static func targets(_ tree: ModelText.Tree) -> String {
        var text = ModelText([tree], featureCount: 1)
        text.objective = "reg:squarederror"
        return text.json.replacing("\"num_target\":\"1\"", with: "\"num_target\":\"2\"")
    }

    @Test func leavesMayHaveAValueForEachTarget() throws {
        let named = Self.vector(right: "[2,1,0]", values: "\"leaf_weights\":[1,2,3,4]")
        let placed = Self.vector(right: "[2,-1,-1]", values: "\"base_weights\":[9,9,3,4,1,2]")
        for tree in [named, placed] {
            let forest = try Self.read(Self.targets(tree))
            #expect(forest.outputCount == 2)
            let compiled = try CompiledForest(forest)
            for kernel in compiled.activeKernels {
                let scores = compiled.scores(
                    [0, 1],
                    layout: .rowMajor(rowCount: 2, columnCount: 1),
                    kernel: kernel
                )
                #expect(scores == [3.5, 4.5, 1.5, 2.5], "\(kernel)")
            }
            #expect(try Forest(sections: forest.sections()) == forest)
        }
    }

    @Test(arguments: [
        ("[2,2,0]", "\"leaf_weights\":[1,2,3,4]", 2), ("[2,-1,0]", "\"leaf_weights\":[1,2,3,4]", 2),
        ("[2,-1,-1]", "\"base_weights\":[9,9,3,4,1]", 2), ("[2,-1,-1]", "\"parents\":[]", 2),
        ("[2,1,0]", "\"leaf_weights\":[1,2,3,4,5,6]", 3),
        ("[2,1,0]", "\"leaf_weights\":[1,2,3,1e39]", 2),
    ])
    func valuesThatAreNotThereAreRefused(right: String, values: String, size: Int) {
        let tree = Self.vector(right: right, values: values, size: size)
        #expect(throws: ForestError.self) { try Self.read(Self.targets(tree)) }
    }
}
