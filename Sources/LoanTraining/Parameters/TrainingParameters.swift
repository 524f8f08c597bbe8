// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// What shapes a model in training. Names, meanings and ranges are XGBoost's; the defaults are the
/// documented ones of the loan-default service.
///
/// libxgboost 1.7.4 accepts a bad value without complaint and fails much later, so every value is
/// checked here, before it gets there.
package struct TrainingParameters: Equatable, Sendable {
    /// Number of boosting rounds. 1...10,000.
    package var rounds = 500
    /// Step size shrinkage (eta). 0 < x <= 1.
    package var learningRate = 0.02
    /// Greatest depth of a tree. 1...16.
    package var maxDepth = 10
    /// Least sum of hessians in a child. 0...1e6.
    package var minChildWeight = 6.0
    /// Least loss reduction of a split (gamma). 0...1e6.
    package var minSplitLoss = 0.0
    /// Share of rows drawn for each tree. 0 < x <= 1.
    package var subsample = 1.0
    /// Share of columns drawn for each tree. 0 < x <= 1.
    package var columnSample = 1.0
    /// L2 regularization of leaf values (lambda). 0...1e6.
    package var l2 = 1.0
    /// L1 regularization of leaf values (alpha). 0...1e6.
    package var l1 = 0.0
    /// Greatest number of histogram bins a column. 2...65,536.
    package var maxBins = 256
    /// Weight of the defaults against the rest. 0 < x <= 1e6.
    package var positiveWeight = 1.0
    /// Probability before any tree. 0 < x < 1.
    package var baseScore = 0.5
    /// Seed of row and column draws. 0...2^31-1.
    package var seed = 0
    /// Most leaves of a tree; 0: as many as its depth allows. 0...65,536.
    package var leavesMax = 0
    /// Which node is split next.
    package var growth = TreeGrowth.depthwise
    /// Greatest value of a leaf before shrinkage; 0: no limit. 0...1e6.
    package var deltaStepMax = 0.0
    /// Share of the tree's columns drawn for each level. 0 < x <= 1.
    package var levelColumnSample = 1.0
    /// Share of the level's columns drawn for each node. 0 < x <= 1.
    package var nodeColumnSample = 1.0
    /// Trees of a round. 1...100.
    package var parallelTrees = 1
    /// Columns of native categories with fewer categories are split on one category. 1...65,536.
    package var oneHotCategoriesMax = 4
    /// Most categories on the smaller side of a split on native categories. 1...65,536.
    package var categoriesOfSplitMax = 64
    /// Rounds without a better one after which a training ends, on rows held out for that; 0: it
    /// goes through all rounds. 0...10,000.
    package var earlyStoppingRounds = 0
    /// Features along which predictions may go one way only.
    package var monotone: [FeatureDirection] = []
    /// Groups of features that may occur on one path of a tree; empty: all may.
    package var interactions: [[String]] = []

    /// The documented defaults.
    package init() {}

    /// Most trees that a training may be asked for: rounds times the trees of each.
    package static let treesMax = 20_000

    /// The fields by their names in requests and stored models, with their values as text: those
    /// that every model names, and others where they are not the default.
    package var named: [(name: String, value: String)] {
        let usual = TrainingParameters()
        let numbers = ParameterField.all.compactMap { field in
            field.isAlwaysNamed || field.number(in: self) != field.number(in: usual)
                ? (name: field.name, value: field.text(in: self)) : nil
        }
        return numbers + namedChoices
    }

    /// What is not a number, where it is not the default.
    private var namedChoices: [(name: String, value: String)] {
        var choices: [(name: String, value: String)] = []
        if growth != .depthwise { choices.append((Self.growthName, growth.rawValue)) }
        if !monotone.isEmpty {
            let directions = monotone.map { "\($0.feature.debugDescription): \($0.sign.rawValue)" }
            choices.append((Self.monotoneName, "{" + directions.joined(separator: ", ") + "}"))
        }
        if !interactions.isEmpty { choices.append((Self.interactionsName, "\(interactions)")) }
        return choices
    }

    /// What is passed to libxgboost, in the order of `XGBoosterSetParam` calls.
    /// - Parameter mean: of the labels, which is predicted before any tree where a number is.
    func settings(
        for task: TrainingTask,
        mean: @autoclosure () -> Double
    ) -> [(name: String, value: String)] {
        let isNumber = task == .number
        let fixed = [
            ("objective", isNumber ? "reg:squarederror" : "binary:logistic"),
            ("tree_method", "hist"), ("eval_metric", isNumber ? "rmse" : "logloss"),
            ("verbosity", "0"),
        ]
        let own: Set = [
            "rounds", "early_stopping_rounds", Self.monotoneName, Self.interactionsName,
        ]
        let shaping = named.filter { !own.contains($0.name) }
        guard isNumber else { return fixed + shaping }
        // The weight of defaults means nothing here.
        return fixed + shaping.filter { $0.name != "scale_pos_weight" && $0.name != "base_score" }
            + [("base_score", "\(Float(mean()))")]
    }

    /// Checks every value against its range.
    package func validate() throws(TrainingParameterError) {
        for field in ParameterField.all { try field.check(self) }
        guard rounds * parallelTrees <= Self.treesMax else {
            throw .tooMany(
                "trees",
                of: "rounds times num_parallel_tree",
                count: rounds * parallelTrees,
                limit: Self.treesMax
            )
        }
    }
}
