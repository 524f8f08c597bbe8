// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// Which trees of a model count that was stopped early.
@Suite struct EarlyStoppingTests {
    private func model(_ best: String, version: String = "3,2,0") -> ModelText {
        var text = ModelText([.leaf(1), .leaf(-3)], featureCount: 26)
        text.attributes = "\"best_iteration\":\"\(best)\",\"best_score\":\"0.1\""
        text.version = version
        return text
    }

    private func prediction(_ text: ModelText) throws -> Float {
        let forest = try Forest(xgboost: text.bytes)
        let row = [Float](repeating: 0, count: 26)
        let compiled = try CompiledForest(forest)
        let score = compiled.scores(row, layout: .rowMajor(rowCount: 1, columnCount: 26))[0]
        #expect(score == ReferencePredictor(forest).prediction(of: row))
        return score
    }

    @Test func treesAfterTheBestIterationDoNotCount() throws {
        #expect(try prediction(model("0")) == 0.7310586)
        #expect(try prediction(model("1")) == 0.11920292)
        let forest = try Forest(xgboost: model("0").bytes)
        #expect(forest.treeCount == 1)
        #expect(forest.earlyStopping?.bestIteration == 0)
        #expect(forest.earlyStopping?.iterationCount == 2)
        #expect(
            forest.earlyStopping?.sentence
                == "scores the first 1 of 2 iterations, best_iteration 0 as XGBClassifier.predict; "
                + "Booster.predict would use all"
        )
        let whole = try Forest(xgboost: model("1").bytes).earlyStopping?.sentence
        #expect(whole?.hasPrefix("scores all 2 iterations") == true)
    }

    @Test func aModelWithoutABestIterationSaysNothingOfIt() throws {
        let text = ModelText([.leaf(1), .leaf(-3)], featureCount: 26)
        #expect(try prediction(text) == 0.11920292)
        #expect(try Forest(xgboost: text.bytes).earlyStopping == nil)
        // XGBoost 1.4 to 1.7 write this for a model without iterations.
        #expect(try Forest(xgboost: model("-1", version: "1,7,6").bytes).earlyStopping == nil)
    }

    @Test(arguments: ["2", "9", "-2", "x", "1.0", "", " 1", "+1", "99999999999999999999"])
    func aBestIterationThatIsNoneIsRefused(best: String) {
        let error = ForestError.bestIteration(best, iterations: 2)
        #expect(throws: error) { try Forest(xgboost: model(best).bytes) }
    }

    @Test func iterationsOfSeveralTreesCountAsAWhole() throws {
        let six = ModelText([1, 2, 4, 8, 16, 32].map { .leaf($0) }, featureCount: 2)
        let json = six.json.replacing(
            "\"num_parallel_tree\":\"1\"",
            with: "\"num_parallel_tree\":\"2\""
        )
        .replacing("\"attributes\":{", with: "\"attributes\":{\"best_iteration\":\"1\"")
        let forest = try Forest(xgboost: Array(json.utf8))
        #expect(forest.treeCount == 4)
        #expect(ReferencePredictor(forest).margin(of: [0, 0]) == 15)
        #expect(forest.earlyStopping?.scoredCount == 2)
        #expect(forest.earlyStopping?.iterationCount == 3)
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    /// Only the categories of trees that count are kept.
    @Test func setsOfTreesThatDoNotCountAreLeftOut() throws {
        func stump(_ category: Int) -> ModelText.Tree {
            let arrays = """
                "left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],\
                "split_conditions":[0,-1,1],"default_left":[0,0,0],"split_type":[1,0,0],\
                "categories":[\(category)],"categories_nodes":[0],"categories_segments":[0],\
                "categories_sizes":[1]
                """
            return ModelText.Tree(arrays, nodeCount: 3)
        }
        var text = ModelText([stump(3), stump(5), stump(7)], featureCount: 1)
        text.attributes = "\"best_iteration\":\"1\""
        let forest = try Forest(xgboost: text.bytes)
        #expect(forest.categorySets.count == 2)
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    @Test func storedIterationsAreWhatTheyCanBe() throws {
        let sections = try Forest(xgboost: model("0").bytes).sections()
        #expect(sections.count == 7)
        // The section with the iterations is the last one; its second word is their number.
        for iterations: UInt8 in [0, 200] {
            var altered = sections
            var bytes = altered[6].bytes
            bytes[4] = iterations
            bytes[5] = iterations
            bytes[6] = iterations
            altered[6] = ForestSection(id: 7, bytes: bytes)
            #expect(throws: ForestError.invalidSection(7)) { try Forest(sections: altered) }
        }
        #expect(throws: ForestError.invalidSection(7)) {
            try Forest(sections: Array(sections.dropLast()))
        }
    }

    /// What the base score means when nothing was learned depends on the release.
    @Test(arguments: [
        ("3,2,0", "binary:logistic", 0.62245935), ("3,0,5", "binary:logistic", 0.5),
        ("1,7,4", "binary:logistic", 0.5), ("3,2,0", "binary:logitraw", 0.5),
        ("1,3,0", "binary:logitraw", 0.5), ("1,2,1", "binary:logitraw", 0),
        ("3,2,0", "reg:squarederror", 0.5),
    ])
    func noTreesPredictWhatTheReleasePredicts(version: String, objective: String, score: Float)
        throws
    {
        var text = ModelText([], featureCount: 26)
        text.version = version
        text.objective = objective
        #expect(try prediction(text) == score)
        let given = text.json.replacing(
            "\"boost_from_average\":\"1\"",
            with: "\"boost_from_average\":\"0\""
        )
        let forest = try Forest(xgboost: Array(given.utf8))
        #expect(try Forest(sections: forest.sections()) == forest)
        let row = [Float](repeating: 0, count: 26)
        let expected: Float = version == "1,2,1" ? 0 : 0.5
        #expect(ReferencePredictor(forest).prediction(of: row) == expected)
    }
}
