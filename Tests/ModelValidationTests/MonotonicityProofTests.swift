// SPDX-License-Identifier: Apache-2.0

import ForestInference
import ModelValidation
import TestSupport
import Testing

@Suite struct MonotonicityProofTests {
    private typealias Verdict = MonotonicityVerdict

    /// Whether some two of all rows that differ in `feature` alone, which neither misses,
    /// contradict the direction.
    private func isRefuted(
        _ margins: [[Float]: Float],
        feature: Int,
        _ direction: MonotoneDirection
    ) -> Bool {
        margins.contains { row, margin in
            guard !row[feature].isNaN, row[feature] < 2 else { return false }
            var next = row
            next[feature] += 1
            guard let above = margins[next] else { return false }
            return direction == .increasing ? margin > above : margin < above
        }
    }

    /// NaN does not equal itself, so that rows with one need another key.
    private func key(_ row: [Float]) -> [Float] { row.map { $0.isNaN ? -99 : $0 } }

    private func margins(of forest: Forest) -> [[Float]: Float] {
        let predictor = ReferencePredictor(forest)
        var margins: [[Float]: Float] = [:]
        for row in RandomTrees.rows(featureCount: forest.featureCount) {
            margins[key(row)] = predictor.margins(of: row)[0]
        }
        return margins
    }

    private func expectRefutes(
        _ example: Verdict.Counterexample,
        _ forest: Forest,
        feature: Int,
        _ direction: MonotoneDirection
    ) {
        let predictor = ReferencePredictor(forest)
        #expect(predictor.margins(of: example.lower)[0] == example.lowerMargin)
        #expect(predictor.margins(of: example.upper)[0] == example.upperMargin)
        #expect(example.lower[feature] < example.upper[feature])
        var (lower, upper) = (example.lower, example.upper)
        lower[feature] = 0
        upper[feature] = 0
        #expect(key(lower) == key(upper), "the rows differ in another feature")
        switch direction {
        case .increasing: #expect(example.lowerMargin > example.upperMargin)
        case .decreasing: #expect(example.lowerMargin < example.upperMargin)
        }
    }

    @Test(arguments: [(1, 3), (3, 2), (6, 1), (4, 4)])
    func verdictsAreThoseOfAllRows(treeCount: Int, depth: Int) throws {
        var random = SeededGenerator(seed: UInt64(depth))
        var found = (everyTree: 0, sum: 0, refuted: 0, unused: 0)
        for round in 0..<30 {
            let forest = try RandomTrees.forest(
                treeCount: treeCount,
                depth: depth,
                featureCount: 3,
                lean: round % 5,
                &random
            )
            let margins = margins(of: forest)
            for feature in 0..<3 {
                for direction in [MonotoneDirection.increasing, .decreasing] {
                    let verdict = try MonotonicityProof(forest)
                        .verdict(feature: feature, direction)
                    let isRefuted = isRefuted(margins, feature: feature, direction)
                    #expect(verdict.isProven == !isRefuted)
                    switch verdict {
                    case .refuted(let example):
                        found.refuted += 1
                        expectRefutes(example, forest, feature: feature, direction)
                    case .proven(.everyTree): found.everyTree += 1
                    case .proven(.sumOfTrees): found.sum += 1
                    case .proven(.unused): found.unused += 1
                    case .proven(.weight), .undecided: Issue.record("\(verdict)")
                    }
                }
            }
        }
        #expect(found.refuted > 20, "refuted forests are seen: \(found)")
        #expect(found.everyTree + found.sum > 2, "proven forests are seen: \(found)")
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing), arguments: ["1", "2"])
    func modelsOfXGBoostKeepTheirConstraintsAndNoOthers(seed: String) throws {
        let models = try PythonOracle.run("monotone_models.py", [seed])
            .split(separator: UInt8(ascii: "\n")).map { try Forest(xgboost: Array($0)) }
        try #require(models.count == 3)
        let constrained = MonotonicityProof(models[0])
        #expect(try constrained.verdict(feature: 0, .increasing) == .proven(.everyTree))
        #expect(try constrained.verdict(feature: 1, .decreasing) == .proven(.everyTree))
        let cases: [(Forest, Int, MonotoneDirection)] = [
            (models[0], 0, .decreasing), (models[0], 1, .increasing), (models[0], 2, .increasing),
            (models[0], 2, .decreasing), (models[1], 0, .increasing), (models[1], 1, .decreasing),
        ]
        for (forest, feature, direction) in cases {
            let verdict = try MonotonicityProof(forest).verdict(feature: feature, direction)
            guard case .refuted(let example) = verdict else {
                Issue.record("feature \(feature): \(verdict)")
                continue
            }
            expectRefutes(example, forest, feature: feature, direction)
        }
        #expect(throws: MonotonicityError.categorical(feature: 3)) {
            try constrained.verdict(feature: 3, .increasing)
        }
        let linear = MonotonicityProof(models[2])
        #expect(try linear.verdict(feature: 0, .increasing) == .proven(.weight))
        guard case .refuted(let example) = try linear.verdict(feature: 1, .increasing) else {
            Issue.record("the weight of feature 1 is negative")
            return
        }
        expectRefutes(example, models[2], feature: 1, .increasing)
    }

    @Test func treesThatMakeUpForOthersProveTheirSum() throws {
        let text = ModelText(
            [.stump(0, below: 1, (0, -0.25)), .stump(0, below: 1, (0, 0.5))],
            featureCount: 2
        )
        let proof = MonotonicityProof(try Forest(xgboost: text.bytes))
        #expect(try proof.verdict(feature: 0, .increasing) == .proven(.sumOfTrees))
        #expect(try proof.verdict(feature: 1, .increasing) == .proven(.unused))
        let undecided = try proof.verdict(feature: 0, .decreasing, budget: 0)
        #expect(undecided == .undecided(thresholdsLeft: 1, of: 1))
    }

    @Test func leavesThatOnlyMissingValuesReachDoNotCount() throws {
        // Below 0 and not below 1: nothing but a missing value gets to the leaf of 9.
        let tree = ModelText.Tree(
            """
            "left_children":[1,3,-1,-1,-1],"right_children":[2,4,-1,-1,-1],\
            "split_indices":[0,0,0,0,0],"split_conditions":[0,1,2,1,9],"default_left":[1,0,0,0,0]
            """,
            nodeCount: 5
        )
        let forest = try Forest(xgboost: ModelText([tree], featureCount: 1).bytes)
        #expect(ReferencePredictor(forest).margins(of: [.nan])[0] == 9)
        let verdict = try MonotonicityProof(forest).verdict(feature: 0, .increasing)
        #expect(verdict == .proven(.everyTree))
    }

    @Test func rejectsFeaturesAndOutputsThatAreNotThere() throws {
        let text = ModelText([.leaf(1)], featureCount: 2)
        let proof = MonotonicityProof(try Forest(xgboost: text.bytes))
        #expect(throws: MonotonicityError.notThere(feature: 2, output: 0)) {
            try proof.verdict(feature: 2, .increasing)
        }
        #expect(throws: MonotonicityError.notThere(feature: 0, output: 1)) {
            try proof.verdict(feature: 0, .increasing, output: 1)
        }
    }
}
