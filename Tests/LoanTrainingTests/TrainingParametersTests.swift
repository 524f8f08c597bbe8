// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct TrainingParametersTests {
    @Test func defaultsAreTheDocumentedOnes() throws {
        let parameters = TrainingParameters()
        try parameters.validate()
        #expect(parameters.rounds == 500)
        #expect(parameters.learningRate == 0.02)
        #expect(parameters.maxDepth == 10)
        #expect(parameters.minChildWeight == 6)
    }

    @Test(arguments: [
        ("rounds", 0.0), ("rounds", 10_001), ("learning_rate", 0), ("learning_rate", 1.01),
        ("learning_rate", .nan), ("max_depth", 0), ("max_depth", 17), ("min_child_weight", -1),
        ("gamma", .infinity), ("subsample", 0), ("subsample", 1.5), ("colsample_bytree", -0.1),
        ("lambda", -1), ("alpha", 1e7), ("max_bin", 1), ("scale_pos_weight", 0),
        ("base_score", 0), ("base_score", 1), ("seed", -1),
    ])
    func refusesValuesOutOfRange(name: String, value: Double) {
        #expect(throws: TrainingParameterError.self) {
            var parameters = TrainingParameters()
            try parameters.set(name, to: value)
        }
    }

    @Test func refusesUnknownNamesAndFractions() {
        var parameters = TrainingParameters()
        #expect(throws: TrainingParameterError.unknown(name: "etha", nearest: "eta")) {
            try parameters.set("etha", to: 0.1)
        }
        #expect(throws: TrainingParameterError.notWhole(name: "max_depth", value: 2.5)) {
            try parameters.set("max_depth", to: 2.5)
        }
    }

    @Test func setsEveryNamedParameter() throws {
        for (name, value) in TrainingParameters().named {
            var parameters = TrainingParameters()
            try parameters.set(name, to: #require(Double(value)))
            #expect(parameters == TrainingParameters())
        }
    }

    @Test(arguments: [
        ("n_estimators", "rounds", 7.0), ("num_boost_round", "rounds", 7),
        ("eta", "learning_rate", 0.3), ("min_split_loss", "gamma", 0.5),
        ("reg_lambda", "lambda", 2), ("reg_alpha", "alpha", 0.5), ("random_state", "seed", 9),
    ])
    func takesEveryNameThatXGBoostHas(alias: String, name: String, value: Double) throws {
        var byAlias = TrainingParameters()
        var byName = TrainingParameters()
        try byAlias.set(alias, to: value)
        try byName.set(name, to: value)
        #expect(byAlias == byName)
        #expect(byAlias != TrainingParameters())
        #expect(TrainingParameters.canonicalName(of: alias) == name)
        #expect(TrainingParameters.canonicalName(of: name) == name)
    }
}

extension TrainingParametersTests {
    @Test func namesOthersOnlyWhereTheyAreNotTheDefault() throws {
        let documented = [
            "rounds", "learning_rate", "max_depth", "min_child_weight", "gamma", "subsample",
            "colsample_bytree", "lambda", "alpha", "max_bin", "scale_pos_weight", "base_score",
            "seed",
        ]
        #expect(TrainingParameters().named.map(\.name) == documented)
        var parameters = TrainingParameters()
        try parameters.set("max_leaves", to: 9)
        try parameters.set("grow_policy", to: "lossguide")
        try parameters.setMonotone([FeatureDirection(feature: "age", sign: .falling)])
        #expect(
            parameters.named.dropFirst(documented.count).map { "\($0.name)=\($0.value)" }
                == [
                    "max_leaves=9", "grow_policy=lossguide", #"monotone_constraints={"age": -1}"#,
                ]
        )
    }

    @Test(arguments: [
        ("max_leaves", -1.0, 0.0), ("max_leaves", 65_537, 65_536), ("max_delta_step", -1, 0),
        ("colsample_bylevel", 0, 1), ("colsample_bynode", 1.1, 1), ("num_parallel_tree", 0, 1),
        ("num_parallel_tree", 101, 2), ("max_cat_to_onehot", 0, 1), ("max_cat_threshold", 0, 1),
        ("early_stopping_rounds", 10_001, 10_000),
    ])
    func everyRangeHasTwoSides(name: String, outside: Double, inside: Double) throws {
        var parameters = TrainingParameters()
        #expect(throws: TrainingParameterError.self) { try parameters.set(name, to: outside) }
        var other = TrainingParameters()
        try other.set(name, to: inside)
    }

    @Test func constraintsHaveLimits() throws {
        var parameters = TrainingParameters()
        let (features, groups) = (
            TrainingParameters.constrainedFeaturesMax, TrainingParameters.groupsMax
        )
        func directions(_ count: Int) -> [FeatureDirection] {
            (0..<count).map { FeatureDirection(feature: "f\($0)", sign: .rising) }
        }
        try parameters.setMonotone(directions(features))
        #expect(throws: TrainingParameterError.self) {
            try parameters.setMonotone(directions(features + 1))
        }
        try parameters.setInteractions((0..<groups).map { ["f\($0)"] })
        #expect(throws: TrainingParameterError.self) {
            try parameters.setInteractions((0...groups).map { ["f\($0)"] })
        }
    }

    @Test func warnsOfWhatBendsProbabilities() {
        var parameters = TrainingParameters()
        #expect(parameters.warnings(for: .probability).isEmpty)
        parameters.positiveWeight = 2
        parameters.deltaStepMax = 1
        #expect(parameters.warnings(for: .probability).count == 2)
        #expect(parameters.warnings(for: .number).isEmpty)
    }
}
