// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import TestSupport
import Testing

/// Trainings by libxgboost through our handles against those by XGBoost's Python package.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct TrainingAgreementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let value: Double
        let others: [(String, Double)]
        var testDescription: String { name }

        init(_ name: String, _ value: Double, _ others: [(String, Double)] = []) {
            self.name = name
            self.value = value
            self.others = others
        }
    }

    /// Releases of XGBoost add the gradients of a bin in another order, so that leaves differ in
    /// their last bits.
    private static let tolerance: Float = 2e-5

    private func expectAgreement(
        _ trainer: Trainer,
        _ parameters: String,
        _ rows: LabeledRows,
        rounds: Int,
        types: String = #"["q","q","q","q"]"#
    ) throws {
        let ours = try trainer.train(rows).margins(of: rows)
        let theirs = try TrainingOracle.train(
            rows,
            parameters: parameters,
            rounds: rounds,
            types: types
        ).margins
        #expect(ours.count == theirs.count)
        let worst = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < Self.tolerance)
        // A model without a split would agree with any other.
        #expect(Set(theirs).count > 10)
    }

    @Test(arguments: [
        Case("max_leaves", 5), Case("max_delta_step", 0.4), Case("num_parallel_tree", 3),
        Case("min_child_weight", 2), Case("scale_pos_weight", 3), Case("alpha", 0.5),
        Case("max_bin", 16),
    ])
    func parametersMeanWhatTheyMeanToXGBoost(_ item: Case) throws {
        let rows = TrainingRows.make(800, seed: 5, weighted: true)
        var parameters = TrainingParameters()
        parameters.rounds = 8
        parameters.maxDepth = 4
        parameters.learningRate = 0.3
        try parameters.set(item.name, to: item.value)
        let text = parameters.named.filter { $0.name != "rounds" }
            .map { #""\#($0.name)": \#($0.value)"# }.joined(separator: ", ")
        try expectAgreement(
            Trainer(parameters: parameters, threadCount: 1),
            #"{"objective": "binary:logistic", \#(text)}"#,
            rows,
            rounds: 8
        )
    }

    @Test func leavesGrowByTheLossAsInXGBoost() throws {
        let rows = TrainingRows.make(800, seed: 6)
        var parameters = TrainingParameters()
        parameters.rounds = 8
        try parameters.set("grow_policy", to: "lossguide")
        try parameters.set("max_leaves", to: 6)
        try expectAgreement(
            Trainer(parameters: parameters, threadCount: 1),
            """
            {"objective": "binary:logistic", "learning_rate": 0.02, "max_depth": 10, \
            "min_child_weight": 6, "grow_policy": "lossguide", "max_leaves": 6, "base_score": 0.5}
            """,
            rows,
            rounds: 8
        )
    }

    @Test func nativeCategoriesAreSplitAsInXGBoost() throws {
        let rows = TrainingRows.make(800, seed: 7)
        var parameters = TrainingParameters()
        parameters.rounds = 8
        parameters.maxDepth = 3
        parameters.learningRate = 0.3
        try parameters.set("max_cat_to_onehot", to: 2)
        try parameters.set("max_cat_threshold", to: 3)
        try expectAgreement(
            Trainer(parameters: parameters, categoryColumns: [3], threadCount: 1),
            """
            {"objective": "binary:logistic", "learning_rate": 0.3, "max_depth": 3, \
            "min_child_weight": 6, "max_cat_to_onehot": 2, "max_cat_threshold": 3, \
            "base_score": 0.5}
            """,
            rows,
            rounds: 8,
            types: #"["q","q","q","c"]"#
        )
    }

    @Test(arguments: [(0.3, 5), (0.1, 10), (0.6, 3)], [false, true])
    func theBestRoundIsThatOfXGBoost(_ rate: (Double, Int), weighted: Bool) throws {
        let (learningRate, patience) = rate
        let rows = TrainingRows.make(600, seed: 8, weighted: weighted)
        let held = TrainingRows.make(300, seed: 9, weighted: weighted)
        var parameters = TrainingParameters()
        parameters.rounds = 200
        parameters.maxDepth = 4
        parameters.learningRate = learningRate
        parameters.earlyStoppingRounds = patience
        let trained = try Trainer(parameters: parameters, threadCount: 1)
            .train(rows, watched: held)
        let theirs = try TrainingOracle.train(
            rows,
            parameters: """
                {"objective": "binary:logistic", "learning_rate": \(learningRate), \
                "max_depth": 4, "min_child_weight": 6, "base_score": 0.5}
                """,
            rounds: 200,
            patience: patience,
            held: held
        )
        #expect(trained.record.best?.round == theirs.bestRound)
        #expect(trained.record.boosted == theirs.rounds)
        #expect(trained.record.kept < trained.record.boosted)
        let worst = zip(try trained.margins(of: rows), theirs.margins).map { abs($0 - $1) }.max()
        #expect(try #require(worst) < Self.tolerance)
    }
}
