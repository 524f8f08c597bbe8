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
        #expect(throws: TrainingParameterError.unknown(name: "etha")) {
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
