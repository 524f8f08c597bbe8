// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension TrainingParameters {
    /// What the value of a parameter is.
    package enum Kind: Sendable {
        case number
        /// One of a few words.
        case word
        /// A direction for each of some features.
        case directions
        /// Groups of features.
        case groups
    }

    static let growthName = "grow_policy"
    static let monotoneName = "monotone_constraints"
    static let interactionsName = "interaction_constraints"

    /// XGBoost's other names of the fields, in its training call, its parameters and its
    /// scikit-learn interface, with the names in `named`.
    private static let aliases = [
        "n_estimators": "rounds", "num_boost_round": "rounds", "eta": "learning_rate",
        "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha",
        "random_state": "seed",
    ]

    /// The names of all parameters, as stored models name them.
    package static let names =
        ParameterField.all.map(\.name) + [growthName, monotoneName, interactionsName]

    /// Those that a search may try: what changes how well a model does, and neither what it
    /// predicts nor how long it may take.
    package static let searchedNames = [
        "learning_rate", "max_depth", "min_child_weight", "gamma", "subsample",
        "colsample_bytree", "colsample_bylevel", "colsample_bynode", "lambda", "alpha", "max_bin",
        "max_leaves", "max_cat_to_onehot", "max_cat_threshold",
    ]

    /// The name in `names` of what may be another of XGBoost's names for the same field.
    package static func canonicalName(of name: String) -> String { aliases[name] ?? name }

    /// What the value of a parameter is.
    /// - Throws: `.unknown`, with the nearest name.
    package static func kind(of name: String) throws(TrainingParameterError) -> Kind {
        switch canonicalName(of: name) {
        case growthName: return .word
        case monotoneName: return .directions
        case interactionsName: return .groups
        case let name where ParameterField.named(name) != nil: return .number
        default:
            let known = names + aliases.keys.sorted()
            throw .unknown(name: name, nearest: NearestNames.find(name, among: known).first)
        }
    }

    /// Sets a parameter that is a number, by any name that XGBoost has for it.
    package mutating func set(_ name: String, to value: Double) throws(TrainingParameterError) {
        guard let field = ParameterField.named(Self.canonicalName(of: name)) else {
            _ = try Self.kind(of: name)
            throw .notNumber(name: name)
        }
        try field.set(value, as: name, in: &self)
        // What holds for several together is for `validate`, when all are set.
        try field.check(self)
    }

    /// Sets a parameter that is a word.
    package mutating func set(_ name: String, to word: String) throws(TrainingParameterError) {
        guard let growth = TreeGrowth(rawValue: word) else {
            throw .notAWord(name: name, value: word, words: TreeGrowth.allCases.map(\.rawValue))
        }
        self.growth = growth
    }

    /// Sets the directions of features.
    package mutating func setMonotone(
        _ directions: [FeatureDirection]
    ) throws(TrainingParameterError) {
        let name = Self.monotoneName
        try Self.check(directions.map(\.feature), of: name)
        // A direction of 0 constrains nothing.
        monotone = directions.filter { $0.sign != .none }
    }

    /// Sets the groups of features that may occur on one path.
    package mutating func setInteractions(
        _ groups: [[String]]
    ) throws(TrainingParameterError) {
        let name = Self.interactionsName
        guard groups.count <= Self.groupsMax else {
            throw .tooMany("groups", of: name, count: groups.count, limit: Self.groupsMax)
        }
        for group in groups {
            guard !group.isEmpty else { throw .emptyGroup(name: name) }
            try Self.check(group, of: name)
        }
        interactions = groups
    }

    /// Most features that one constraint may name.
    package static let constrainedFeaturesMax = 4_096
    /// Most groups of features.
    package static let groupsMax = 1_024

    private static func check(
        _ features: [String],
        of name: String
    ) throws(TrainingParameterError) {
        guard features.count <= constrainedFeaturesMax else {
            throw .tooMany(
                "features",
                of: name,
                count: features.count,
                limit: constrainedFeaturesMax
            )
        }
        var seen: Set<String> = []
        for feature in features where !seen.insert(feature).inserted {
            throw .featureTwice(name: name, feature: feature)
        }
    }
}
