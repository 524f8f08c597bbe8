// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanService
import TestSupport
import Testing

/// Which models go together as champion and challenger.
@Suite struct ChallengerMismatchTests {
    private static let champion = ModelText([.stump(0, below: 1, (-1, 1))], featureCount: 2)

    private func model(
        _ text: ModelText = champion,
        names: [String] = ["age", "income"]
    ) throws -> ServedModel {
        var text = text
        text.featureNames = names
        let forest = try CompiledForest(try Forest(xgboost: Array(text.json.utf8)))
        return ServedModel(scorer: try Scorer(passing: forest), isPrepared: false)
    }

    private func mismatch(
        _ challenger: ServedModel,
        of champion: ServedModel? = nil,
        as mode: ChallengerSetup.Mode = .canary
    ) throws -> ChallengerMismatch? {
        let champion = try champion ?? model()
        do throws(ChallengerMismatch) {
            try champion.check(challenger, as: mode)
            return nil
        } catch {
            return error
        }
    }

    @Test func equalFeaturesGoTogetherWhateverTheForest() throws {
        let other = ModelText(
            [.stump(1, below: 7, (-2, 2)), .leaf(0.5)],
            featureCount: 2
        )
        for mode in ChallengerSetup.Mode.allCases {
            #expect(try mismatch(model(other), as: mode) == nil, "\(mode)")
        }
    }

    @Test func otherFeaturesDoNot() throws {
        let wide = ModelText([.stump(0, below: 1, (-1, 1))], featureCount: 3)
        #expect(
            try mismatch(model(wide, names: ["age", "income", "term"]))
                == .featureCount(champion: 2, challenger: 3)
        )
        #expect(
            try mismatch(model(names: ["income", "age"]))
                == .featureName(place: 0, champion: "age", challenger: "income")
        )
    }

    @Test func otherPredictionsDoNot() throws {
        var text = Self.champion
        text.objective = "reg:squarederror"
        let number = try model(text)
        #expect(
            try mismatch(number)
                == .objective(champion: "binary:logistic", challenger: "reg:squarederror")
        )
        // Numbers have no bands to compare, and can be answered by a canary.
        #expect(
            try mismatch(number, of: number, as: .shadow)
                == .undecidable(objective: "reg:squarederror")
        )
        #expect(try mismatch(model(text), of: number) == nil)
    }

    @Test func aPreparedModelIsNoChallengerOfOneOverItsColumns() throws {
        let prepared = try TestModel.served()
        #expect(try mismatch(prepared) == .featureCount(champion: 2, challenger: 11))
        #expect(try mismatch(TestModel.served(), of: prepared) == nil)
    }
}
