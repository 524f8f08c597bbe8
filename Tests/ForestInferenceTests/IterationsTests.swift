// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// Which iterations count where others than the usual ones are asked for.
@Suite struct IterationsTests {
    /// Six iterations whose leaves are powers of two, of two trees each.
    private static func model(best: Int?) -> [UInt8] {
        let leaves = (0..<12).map { ModelText.Tree.leaf(Double(1 << $0)) }
        var text = ModelText(leaves, featureCount: 1)
        text.objective = "reg:squarederror"
        if let best { text.attributes = "\"best_iteration\":\"\(best)\"" }
        let json = text.json.replacing(
            "\"num_parallel_tree\":\"1\"",
            with: "\"num_parallel_tree\":\"2\""
        )
        return Array(json.utf8)
    }

    /// The margin without the base score of one half.
    private func sum(_ forest: Forest) -> Float {
        ReferencePredictor(forest).margin(of: [0]) - 0.5
    }

    @Test(
        arguments: [
            (Iterations.best, 2, 0b111111), (.best, nil, 0xFFF), (.all, 2, 0xFFF),
            (.all, nil, 0xFFF), (.range(1..<3), 2, 0b111100), (.range(5..<6), nil, 0xC00),
            (.range(0..<6), 2, 0xFFF), (.range(0..<3), 2, 0b111111),
        ] as [(Iterations, Int?, Int)]
    )
    func onlyWhatIsAskedForCounts(_ iterations: Iterations, best: Int?, leaves: Int) throws {
        let forest = try Forest(xgboost: Self.model(best: best), iterations: iterations)
        #expect(sum(forest) == Float(leaves))
        #expect(forest.treeCount == leaves.nonzeroBitCount)
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    @Test func whatIsScoredIsSaid() throws {
        func sentence(_ iterations: Iterations, best: Int?) throws -> String? {
            let forest = try Forest(xgboost: Self.model(best: best), iterations: iterations)
            return forest.earlyStopping?.sentence
        }
        #expect(
            try sentence(.all, best: 2)
                == "scores all 6 iterations, as asked; it has best_iteration 2"
        )
        #expect(try sentence(.all, best: nil) == nil)
        #expect(
            try sentence(.range(0..<2), best: nil) == "scores the first 2 of 6 iterations, as asked"
        )
        #expect(
            try sentence(.range(2..<4), best: 5)
                == "scores the iterations 2 to 3 of 6, counted from 0, as asked; "
                + "it has best_iteration 5"
        )
        #expect(try sentence(.best, best: 2) == sentence(.range(0..<3), best: 2))
    }

    @Test(arguments: [0..<7, 6..<7, 3..<3, -1..<2])
    func iterationsThatAreNotThereAreRefused(_ range: Range<Int>) {
        let error = ForestError.iterations(range, of: 6)
        #expect(throws: error) {
            try Forest(xgboost: Self.model(best: 2), iterations: .range(range))
        }
    }

    @Test func iterationsAreReadFromWords() {
        #expect(Iterations("best") == .best)
        #expect(Iterations("all") == .all)
        #expect(Iterations("0-3") == .range(0..<3))
        #expect(Iterations("12-40") == .range(12..<40))
        for text in ["", "3", "3-3", "4-3", "-3", "3-", "a-b", "1-2-3", "1 - 2", "Best", "+1-2"] {
            #expect(Iterations(text) == nil, "\(text)")
        }
    }

    @Test func storedIterationsAreWhatTheyCanBe() throws {
        let sections = try Forest(
            xgboost: Self.model(best: 2),
            iterations: .range(1..<4)
        ).sections()
        let section = try #require(sections.first { $0.id == 11 })
        let others = sections.filter { $0.id != 11 }
        // The best one, the first, the end, and their number.
        for words: [UInt8] in [[3, 4, 1, 6], [3, 1, 7, 6], [9, 1, 4, 6], [3, 0, 3, 6]] {
            let bytes = words.flatMap { [$0, 0, 0, 0] as [UInt8] }
            let altered = others + [ForestSection(id: 11, bytes: bytes)]
            #expect(throws: ForestError.invalidSection(11)) { try Forest(sections: altered) }
        }
        #expect(throws: ForestError.invalidSection(11)) {
            try Forest(sections: others + [section, section])
        }
    }
}
