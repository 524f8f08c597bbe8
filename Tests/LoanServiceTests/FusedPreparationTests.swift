// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanTraining
import Testing

/// Raw records of every kind of column, scored as they are, against their prepared rows.
@Suite struct FusedPreparationTests {
    /// One-hot columns of few categories and of more than a byte's codes, and every other kind.
    private static let schema = TableSchema(
        features: [
            Feature("amount", .number(missing: .median, transform: .yeoJohnson), .none),
            Feature("term", .number(missing: .mean, transform: .standardize), .none),
            Feature("rate", .unchanged, .none),
            Feature("purpose", .oneHot, .none),
            Feature("branch", .oneHot, .none),
            Feature("region", .category(.native), .none),
            Feature("grade", .category(.ordinal(order: ["low", "middle", "high"])), .none),
            Feature("employed", .boolean(missing: .left), .none),
            Feature("owner", .boolean(missing: .constant(0)), .none),
            Feature("issued_on", .date(parts: [.days, .year, .month, .weekday]), .none),
        ],
        label: "bad",
        labelPosition: 10
    )

    /// Rows whose label each kind of column has a share in; of later seeds with categories that the
    /// first one does not have.
    private static func csv(rowCount: Int, seed: Int) -> [UInt8] {
        var lines = [schema.columnNames.joined(separator: ",")]
        for row in 0..<rowCount {
            func draw(_ salt: Int, _ bound: Int) -> Int {
                let mixed = UInt64(row + 1 + seed * 100_003) &* 0x9E37_79B9_7F4A_7C15
                return Int(((mixed ^ UInt64(salt) &* 0xBF58_476D_1CE4_E5B9) >> 29) % UInt64(bound))
            }
            let (amount, term, rate) = (draw(1, 1_000), draw(2, 60), draw(3, 500) - 250)
            let (purpose, branch, region) = (draw(4, 5 + seed), draw(5, 90 + seed), draw(6, 90))
            let (grade, employed, owner) = (draw(7, 4), draw(8, 3), draw(9, 3))
            let (year, month, day) = (draw(10, 9), draw(11, 9), draw(12, 9))
            let score =
                amount / 200 + term / 30 + rate / 125 + purpose + 4 * (branch % 3) + region % 4
                + grade + employed + 2 * owner + year / 3 + month / 2 + day / 3
            let fields = [
                draw(13, 17) == 0 ? "" : "\(amount).25", draw(14, 13) == 0 ? "" : "\(term)",
                draw(15, 11) == 0 ? "" : "\(Double(rate) / 64)",
                purpose == 4 ? "" : "purpose \(purpose)", "branch \(branch)",
                region == 0 ? "" : "region \(region)", ["low", "middle", "high", ""][grade],
                ["yes", "no", ""][employed], ["1", "", "0"][owner],
                draw(16, 23) == 0 ? "" : "201\(year)-0\(month + 1)-1\(day)",
                score > 22 ? "1" : "0",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func table(rowCount: Int, seed: Int) throws -> Table {
        try CSVReader.table(
            csv(rowCount: rowCount, seed: seed),
            schema: schema,
            labels: .required
        )
    }

    /// The model, and the raw columns that its splits look at.
    private static func scorer(depth: Int) throws -> (scorer: Scorer, used: Set<String>) {
        let table = try table(rowCount: 4_000, seed: 0)
        let preprocessor = try Preprocessor(fitting: table)
        var native: Set<Int> = []
        for step in preprocessor.steps {
            guard case .codes(let codes) = step.fitted, codes.isNative else { continue }
            native.formUnion(step.columns)
        }
        var parameters = TrainingParameters()
        parameters.rounds = 60
        parameters.maxDepth = depth
        parameters.minChildWeight = 1
        let columns = try preprocessor.transform(table).flatMap { $0 }
        let labels = try #require(table.labels)
        let model = try Trainer(
            parameters: parameters,
            categoryColumns: native,
            threadCount: 1
        ).train(
            columns: columns.span,
            labels: labels.span,
            featureNames: preprocessor.columnNames
        ) { _ in true }
        let split = Set(model.importances.filter { $0.splits > 0 }.map(\.name))
        let used = preprocessor.steps.filter { step in
            step.columns.contains { split.contains(preprocessor.columnNames[$0]) }
        }.map { Self.schema.features[$0.feature].name }
        let forest = try CompiledForest(Forest(xgboost: model.xgboost))
        return (try Scorer(preprocessor: preprocessor, forest: forest), Set(used))
    }

    private static func vocabularies(_ preprocessor: Preprocessor) -> [CategoryVocabulary] {
        preprocessor.schema.features.indices.map { feature in
            switch preprocessor.step(ofFeature: feature).fitted {
            case .oneHot(let encoder): CategoryVocabulary(encoder.categories)
            case .codes(let codes): CategoryVocabulary(codes.categories)
            default: CategoryVocabulary([])
            }
        }
    }

    @Test(arguments: [6, 9])
    func recordsOfEveryKindScoreAsTheirPreparedRows(depth: Int) throws {
        let (scorer, used) = try Self.scorer(depth: depth)
        #expect(used == Set(Self.schema.features.map(\.name)))
        for rowCount in [1, 20, 700] {
            let csv = Self.csv(rowCount: rowCount, seed: 1)
            var reader = CSVReader(
                schema: Self.schema,
                vocabularies: Self.vocabularies(scorer.preprocessor)
            )
            try reader.append(csv.span)
            let applications = try reader.finishApplications()
            let scores = scorer.predictions(of: applications)
            let table = try Self.table(rowCount: rowCount, seed: 1)
            let prepared = try scorer.preprocessor.transform(table).flatMap { $0 }
            var expected = [Float](repeating: 0, count: rowCount)
            var span = expected.mutableSpan
            scorer.score(
                prepared: prepared.span,
                rowCount: rowCount,
                rows: 0..<rowCount,
                output: .probability,
                into: &span
            )
            #expect(scores.map(\.bitPattern) == expected.map(\.bitPattern), "\(rowCount) rows")
            #expect(rowCount < 20 || Set(scores).count > 10)
        }
    }
}
