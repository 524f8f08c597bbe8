// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanTraining
import ModelValidation
import Testing

@Suite struct ColumnConstraintsTests {
    private static let schema = TableSchema(
        features: [
            Feature("income", .unchanged, .none), Feature("home", .oneHot, .none),
            Feature("grade", .category(.ordinal(order: ["A", "B", "C"])), .none),
            Feature("region", .category(.native), .none),
            Feature("opened", .date(parts: [.days]), .none),
            Feature("closed", .date(parts: [.year, .month]), .none),
        ],
        label: "default",
        labelPosition: 6
    )

    private static let csv = """
        income,home,grade,region,opened,closed,default
        1,OWN,A,n,2020-01-01,2021-05-01,0
        2,RENT,B,s,2020-02-01,2021-06-01,1
        3,OWN,C,n,2020-03-01,2022-05-01,0

        """

    private func preprocessor() throws -> Preprocessor {
        let table = try CSVReader.table(
            Array(Self.csv.utf8),
            schema: Self.schema,
            labels: .required
        )
        return try Preprocessor(fitting: table)
    }

    private func parameters(_ directions: [(String, FeatureDirection.Sign)]) throws
        -> TrainingParameters
    {
        var parameters = TrainingParameters()
        try parameters.setMonotone(directions.map { FeatureDirection(feature: $0.0, sign: $0.1) })
        return parameters
    }

    @Test func aDirectionIsOfTheColumnOfItsFeature() throws {
        let preprocessor = try preprocessor()
        let constrained = try ColumnConstraints(
            parameters([("grade", .rising), ("opened", .falling), ("income", .none)]),
            preprocessor
        )
        var directions = [Int](repeating: 0, count: preprocessor.columnCount)
        directions[try #require(preprocessor.columnNames.firstIndex(of: "grade"))] = 1
        directions[try #require(preprocessor.columnNames.firstIndex(of: "opened_days"))] = -1
        #expect(constrained.directions == directions)
        #expect(constrained.groups.isEmpty)
        #expect(try ColumnConstraints(TrainingParameters(), preprocessor) == .none)
    }

    @Test(arguments: [
        ("home", "ordinal encoding"), ("region", "ordinal encoding"), ("closed", "days"),
        ("incme", "income"),
    ])
    func refusesWhatHasNoOrderAndSaysTheWayOn(feature: String, hint: String) throws {
        let preprocessor = try preprocessor()
        let error = #expect(throws: TrainingParameterError.self) {
            _ = try ColumnConstraints(parameters([(feature, .rising)]), preprocessor)
        }
        let sentence = try #require(error).description
        #expect(sentence.contains(feature))
        #expect(sentence.contains(hint))
    }

    @Test func aGroupHasAllColumnsOfItsFeatures() throws {
        let preprocessor = try preprocessor()
        var parameters = TrainingParameters()
        try parameters.setInteractions([["home", "income"], ["grade"]])
        let groups = try ColumnConstraints(parameters, preprocessor).groups
        let names = groups.map { $0.map { preprocessor.columnNames[$0] }.sorted() }
        #expect(names == [["home_OWN", "home_RENT", "income"], ["grade"]])
        try parameters.setInteractions([["homes"]])
        #expect(throws: TrainingParameterError.self) {
            _ = try ColumnConstraints(parameters, preprocessor)
        }
    }

    @Test(arguments: ["max_cat_to_onehot", "max_cat_threshold"])
    func parametersOfNativeCategoriesNeedSome(name: String) throws {
        var parameters = TrainingParameters()
        try parameters.set(name, to: 2)
        let passing = try Preprocessor(passing: ["income"])
        #expect(throws: TrainingParameterError.withoutNativeCategories(name: name)) {
            _ = try ColumnConstraints(parameters, passing)
        }
        _ = try ColumnConstraints(parameters, preprocessor())
    }

    private func trained(
        _ configure: (inout TrainingParameters) throws -> Void
    ) throws -> Forest {
        let rows = TrainingRows.make(1_500, seed: 4)
        var parameters = TrainingParameters()
        parameters.rounds = 20
        parameters.maxDepth = 5
        parameters.learningRate = 0.3
        try configure(&parameters)
        let passing = try Preprocessor(passing: TrainingRows.names)
        let trainer = Trainer(
            parameters: parameters,
            constraints: try ColumnConstraints(parameters, passing),
            threadCount: 1
        )
        return try Forest(xgboost: try trainer.train(rows).xgboost)
    }

    @Test(arguments: [("income", FeatureDirection.Sign.rising), ("age", .falling)])
    func aDirectionIsProvenOverTheTrees(feature: String, sign: FeatureDirection.Sign) throws {
        let column = try #require(TrainingRows.names.firstIndex(of: feature))
        let direction: MonotoneDirection = sign == .rising ? .increasing : .decreasing
        let free = try trained { _ in }
        #expect(
            !(try MonotonicityProof(free).verdict(feature: column, direction).isProven),
            "noise bends what is not constrained"
        )
        let bound = try trained { parameters throws in
            try parameters.setMonotone([FeatureDirection(feature: feature, sign: sign)])
        }
        #expect(try MonotonicityProof(bound).verdict(feature: column, direction).isProven)
    }

    @Test func noPathHasFeaturesOfDifferentGroups() throws {
        let groups = [["income", "grade"], ["age", "noise"]]
        func mixed(_ forest: Forest) -> Bool {
            let ofColumn = TrainingRows.names.map { name in
                groups.firstIndex { $0.contains(name) } ?? -1
            }
            return forest.paths.contains { Set($0.map { ofColumn[$0] }).count > 1 }
        }
        #expect(mixed(try trained { _ in }))
        #expect(!mixed(try trained { parameters throws in try parameters.setInteractions(groups) }))
    }
}

extension Forest {
    /// The features of every path from a root to a leaf.
    fileprivate var paths: [[Int]] {
        var paths: [[Int]] = []
        func visit(_ place: Int, _ start: Int, _ features: [Int]) {
            let node = nodes[place]
            guard !node.isLeaf else {
                paths.append(features)
                return
            }
            let left = start + Int(node.left)
            for child in [left, left + 1] { visit(child, start, features + [Int(node.feature)]) }
        }
        for start in treeStarts.dropLast() { visit(start, start, []) }
        return paths
    }
}
