// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import LoanServer
import LoanService
import LoanTraining
import Testing

@Suite struct TrainingMembersTests {
    private func members(_ text: String) throws(ServiceError) -> TrainingMembers {
        try TrainingMembers(Array(text.utf8))
    }

    /// The places and sentences of what is refused.
    private func problems(_ text: String) throws -> [FieldProblem] {
        let error = #expect(throws: ServiceError.self) { _ = try members(text) }
        guard case .invalid(let problems)? = error else { return [] }
        return problems
    }

    @Test func nothingIsTheDocumentedTraining() throws {
        for text in ["", "{}", #"{"parameters": null, "exclude": null, "folds": null}"#] {
            let members = try members(text)
            #expect(members.parameters == TrainingParameters())
            #expect(members.excluded.isEmpty)
            #expect(members.folds == nil)
            #expect(members.search == nil)
        }
    }

    @Test func readsEveryKindOfParameter() throws {
        let parameters = try members(
            """
            {"parameters": {"max_leaves": 7, "grow_policy": "lossguide", "max_delta_step": 0.7,
             "colsample_bylevel": 0.5, "colsample_bynode": 0.6, "num_parallel_tree": 2,
             "max_cat_to_onehot": 5, "max_cat_threshold": 9, "early_stopping_rounds": 10,
             "monotone_constraints": {"age": 1, "income": "-", "debt": "+", "name": 0},
             "interaction_constraints": [["age", "income"], ["debt"]]}}
            """
        ).parameters
        #expect(parameters.leavesMax == 7)
        #expect(parameters.growth == .lossguide)
        #expect(parameters.deltaStepMax == 0.7)
        #expect(parameters.levelColumnSample == 0.5)
        #expect(parameters.nodeColumnSample == 0.6)
        #expect(parameters.parallelTrees == 2)
        #expect(parameters.oneHotCategoriesMax == 5)
        #expect(parameters.categoriesOfSplitMax == 9)
        #expect(parameters.earlyStoppingRounds == 10)
        #expect(
            parameters.monotone == [
                FeatureDirection(feature: "age", sign: .rising),
                FeatureDirection(feature: "income", sign: .falling),
                FeatureDirection(feature: "debt", sign: .rising),
            ]
        )
        #expect(parameters.interactions == [["age", "income"], ["debt"]])
    }

    @Test(arguments: [
        ("max_dept", "5", "max_depth"), ("grow_policy", #""best""#, "depthwise or lossguide"),
        ("grow_policy", "3", "depthwise or lossguide"),
        ("monotone_constraints", "[1]", "direction"),
        ("monotone_constraints", #"{"age": 2}"#, "direction"),
        ("monotone_constraints", #"{"age": 1, "age": -1}"#, "twice"),
        ("interaction_constraints", #"["age"]"#, "list of lists"),
        ("interaction_constraints", "[[]]", "empty"),
        ("interaction_constraints", #"[["age", "age"]]"#, "twice"),
        ("max_leaves", #""many""#, "float"), ("num_parallel_tree", "101", "100"),
        ("early_stopping_rounds", "-1", "0.0"),
    ])
    func refusesAParameterByItsName(name: String, value: String, hint: String) throws {
        let found = try problems(#"{"parameters": {"\#(name)": \#(value)}}"#)
        #expect(found.map(\.location) == [[.name("parameters"), .name(name)]])
        #expect(try #require(found.first).message.contains(hint))
    }

    @Test func treesOfAllRoundsHaveALimit() throws {
        _ = try members(#"{"parameters": {"num_parallel_tree": 2, "rounds": 10000}}"#)
        let found = try problems(#"{"parameters": {"num_parallel_tree": 3, "rounds": 10000}}"#)
        #expect(try #require(found.first).message.contains("20000"))
    }

    @Test func readsTheRest() throws {
        let members = try members(
            """
            {"exclude": ["grade"], "folds": 5, "tune": {"trials": 2, "minutes": 1.5, "seed": 3,
             "space": {"eta": [0.1, 0.2]}}}
            """
        )
        #expect(members.excluded == ["grade"])
        #expect(members.folds == 5)
        #expect(
            try members.search
                == SearchPlan(
                    space: SearchSpace([("learning_rate", 0.1, 0.2)]),
                    trials: 2,
                    minutes: 1.5,
                    seed: 3
                )
        )
        #expect(try self.members(#"{"tune": {}}"#).search == SearchPlan())
    }

    @Test(arguments: [
        (#"{"folds": 1}"#, "folds"), (#"{"folds": 21}"#, "folds"),
        (#"{"exclude": "a"}"#, "exclude"),
        (#"{"exclude": [1]}"#, "exclude"), (#"{"tune": true}"#, "tune"),
        (#"{"tune": {"trials": 1}}"#, "trials"), (#"{"tune": {"trials": 501}}"#, "trials"),
        (#"{"tune": {"trials": 2.5}}"#, "trials"), (#"{"tune": {"minutes": 0}}"#, "minutes"),
        (#"{"tune": {"minutes": 10081}}"#, "minutes"), (#"{"tune": {"seed": -1}}"#, "seed"),
        (#"{"tune": {"space": {}}}"#, "space"), (#"{"tune": {"space": {"eta": 1}}}"#, "space"),
        (#"{"tune": {"space": {"rounds": [1, 2]}}}"#, "space"), (#"{"tune": {"more": 1}}"#, "more"),
        (#"{"backend": "local"}"#, "backend"), ("[1]", "dict"), ("{", "parameters"),
    ])
    func refusesTheRestByItsName(text: String, name: String) throws {
        let problem = try #require(try problems(text).last)
        let isNamed = problem.named.location.contains(.name(name)) || problem.message.contains(name)
        #expect(isNamed, "\(problem)")
    }

    @Test func theTextHasALimit() throws {
        let limit = TrainingMembers.bytesMax
        let text = [UInt8](repeating: UInt8(ascii: " "), count: limit - 2) + Array("{}".utf8)
        _ = try TrainingMembers(text)
        #expect(throws: ServiceError.self) { _ = try TrainingMembers([UInt8(ascii: " ")] + text) }
    }

    @Test func fittingGoesThroughTheMessagesOfTheRPC() throws {
        var message = TrainMessage()
        message.fitting = Array(#"{"folds": 3}"#.utf8)
        #expect(try TrainMessage(decoding: message.encoded()).fitting == message.fitting)
        var result = TrainResult()
        result.fitting = Array("{}".utf8)
        #expect(try TrainResult(decoding: result.encoded()).fitting == result.fitting)
    }
}
