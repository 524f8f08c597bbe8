// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct SearchSpaceTests {
    @Test func takesAnyNameOfXGBoostAndNamesItOnce() throws {
        let space = try SearchSpace([("eta", 0.01, 0.3), ("max_depth", 3, 10)])
        #expect(space.ranges.map(\.name) == ["learning_rate", "max_depth"])
        #expect(space.ranges.map(\.isLogarithmic) == [true, false])
        let repeated = TrainingParameterError.repeated(
            name: "learning_rate",
            earlier: "learning_rate"
        )
        #expect(throws: repeated) {
            _ = try SearchSpace([("eta", 0.01, 0.3), ("learning_rate", 0.1, 0.2)])
        }
    }

    @Test(arguments: [
        ("rounds", 1.0, 10.0), ("seed", 0, 9), ("base_score", 0.1, 0.2), ("max_dept", 3, 10),
        ("learning_rate", 0, 0.3), ("max_depth", 3, 17), ("max_depth", 3.5, 10),
        ("subsample", 1, 0.5), ("gamma", .nan, 1),
    ])
    func refusesWhatIsNotSearchedOrOutOfRange(name: String, lower: Double, upper: Double) {
        #expect(throws: TrainingParameterError.self) {
            _ = try SearchSpace([(name, lower, upper)])
        }
    }

    @Test func namesTheNearestParameter() {
        #expect(
            throws: TrainingParameterError.notSearchable(name: "max_dept", nearest: "max_depth")
        ) {
            _ = try SearchSpace([("max_dept", 3, 10)])
        }
        #expect(throws: TrainingParameterError.emptySpace) { _ = try SearchSpace([]) }
        #expect(throws: TrainingParameterError.emptyRange(name: "gamma")) {
            _ = try SearchSpace([("gamma", 2, 1)])
        }
        #expect(throws: Never.self) { _ = try SearchSpace([("gamma", 1, 1)]) }
    }

    @Test func everySearchableParameterIsOne() throws {
        for name in TrainingParameters.searchedNames {
            var parameters = TrainingParameters()
            #expect(throws: Never.self) { try parameters.set(name, to: name == "max_bin" ? 2 : 1) }
        }
    }
}
