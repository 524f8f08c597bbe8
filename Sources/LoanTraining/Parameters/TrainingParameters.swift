// SPDX-License-Identifier: Apache-2.0

/// What shapes a model in training. Names, meanings and ranges are XGBoost's; the defaults are the
/// documented ones of the loan-default service.
///
/// libxgboost 1.7.4 accepts a bad value without complaint and fails much later, so every value is
/// checked here, before it gets there.
package struct TrainingParameters: Equatable, Sendable {
    /// Number of boosting rounds: one tree each. 1...10,000.
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

    /// The documented defaults.
    package init() {}

    /// The fields by their names in requests and stored models, with their values as text.
    package var named: [(name: String, value: String)] {
        [
            ("rounds", "\(rounds)"), ("learning_rate", "\(learningRate)"),
            ("max_depth", "\(maxDepth)"), ("min_child_weight", "\(minChildWeight)"),
            ("gamma", "\(minSplitLoss)"), ("subsample", "\(subsample)"),
            ("colsample_bytree", "\(columnSample)"), ("lambda", "\(l2)"), ("alpha", "\(l1)"),
            ("max_bin", "\(maxBins)"), ("scale_pos_weight", "\(positiveWeight)"),
            ("base_score", "\(baseScore)"), ("seed", "\(seed)"),
        ]
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
        let shaping = named.filter { $0.name != "rounds" }
        guard isNumber else { return fixed + shaping }
        // The weight of defaults means nothing here.
        return fixed + shaping.filter { $0.name != "scale_pos_weight" && $0.name != "base_score" }
            + [("base_score", "\(Float(mean()))")]
    }

    /// XGBoost's other names of the fields, in its training call, its parameters and its
    /// scikit-learn interface, with the names in `named`.
    private static let aliases = [
        "n_estimators": "rounds", "num_boost_round": "rounds", "eta": "learning_rate",
        "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha",
        "random_state": "seed",
    ]

    /// The name in `named` of what may be another of XGBoost's names for the same field.
    package static func canonicalName(of name: String) -> String { aliases[name] ?? name }

    /// Sets a field by its name in `named`, or by another name that XGBoost has for it.
    package mutating func set(_ name: String, to value: Double) throws(TrainingParameterError) {
        switch Self.canonicalName(of: name) {
        case "rounds": rounds = try Self.whole(name, value)
        case "learning_rate": learningRate = value
        case "max_depth": maxDepth = try Self.whole(name, value)
        case "min_child_weight": minChildWeight = value
        case "gamma": minSplitLoss = value
        case "subsample": subsample = value
        case "colsample_bytree": columnSample = value
        case "lambda": l2 = value
        case "alpha": l1 = value
        case "max_bin": maxBins = try Self.whole(name, value)
        case "scale_pos_weight": positiveWeight = value
        case "base_score": baseScore = value
        case "seed": seed = try Self.whole(name, value)
        default: throw .unknown(name: name)
        }
        try validate()
    }

    private static func whole(
        _ name: String,
        _ value: Double
    ) throws(TrainingParameterError) -> Int {
        guard let whole = Int(exactly: value) else { throw .notWhole(name: name, value: value) }
        return whole
    }

    /// Checks every value against its range.
    package func validate() throws(TrainingParameterError) {
        try Self.check("rounds", Double(rounds), in: 1...10_000)
        try Self.check("learning_rate", learningRate, in: Double.leastNormalMagnitude...1)
        try Self.check("max_depth", Double(maxDepth), in: 1...16)
        try Self.check("min_child_weight", minChildWeight, in: 0...1e6)
        try Self.check("gamma", minSplitLoss, in: 0...1e6)
        try Self.check("subsample", subsample, in: Double.leastNormalMagnitude...1)
        try Self.check("colsample_bytree", columnSample, in: Double.leastNormalMagnitude...1)
        try Self.check("lambda", l2, in: 0...1e6)
        try Self.check("alpha", l1, in: 0...1e6)
        try Self.check("max_bin", Double(maxBins), in: 2...65_536)
        try Self.check("scale_pos_weight", positiveWeight, in: Double.leastNormalMagnitude...1e6)
        try Self.check("base_score", baseScore, in: 1e-6...(1 - 1e-6))
        try Self.check("seed", Double(seed), in: 0...Double(Int32.max))
    }

    /// A range check that NaN fails.
    private static func check(
        _ name: String,
        _ value: Double,
        in range: ClosedRange<Double>
    ) throws(TrainingParameterError) {
        guard range.contains(value) else {
            throw .outOfRange(name: name, value: value, range: range)
        }
    }
}
