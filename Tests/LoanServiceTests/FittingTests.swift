// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import ModelValidation
import Synchronization
import TestSupport
import Testing

/// Constraints, features left out, folds and searches, from the request to what is stored.
@Suite struct FittingTests {
    static let schema = TableSchema(
        features: [
            Feature("amount", .unchanged, .none), Feature("term", .powerTransform, .none),
            Feature("purpose", .oneHot, .none),
        ],
        label: "default",
        labelPosition: 3
    )

    static func table(rows: Int, seed: UInt64 = 5) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var lines = ["amount,term,purpose,default"]
        for _ in 0..<rows {
            let amount = Int.random(in: 1...400, using: &random)
            let term = Int.random(in: 1...60, using: &random)
            let purpose = ["car", "house", "trip"].randomElement(using: &random) ?? ""
            let risk = Double(amount) / 400 + Double.random(in: 0...1, using: &random)
            lines.append("\(amount),\(term),\(purpose),\(risk > 1.2 ? 1 : 0)")
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func prepared(rows: Int = 800) async throws -> ServiceFolder {
        let folder = try ServiceFolder()
        try folder.write("table.csv", Self.table(rows: rows))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .given(Self.schema)
            )
        )
        return folder
    }

    private func request(
        rounds: Int = 20,
        excluded: [String] = [],
        folds: Int? = nil,
        search: SearchPlan? = nil,
        _ configure: (inout TrainingParameters) throws -> Void = { _ in }
    ) throws -> TrainRequest {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.maxDepth = 3
        parameters.learningRate = 0.2
        try configure(&parameters)
        return TrainRequest(
            data: .local(path: "data"),
            model: .local(path: "models"),
            modelName: "model",
            parameters: parameters,
            excluded: excluded,
            folds: folds,
            search: search
        )
    }

    @Test func aTrainingWithoutAnyOfItReportsNothing() async throws {
        let folder = try await prepared()
        let outcome = try await folder.service().train(request())
        #expect(outcome.fitting.json == nil)
        #expect(outcome.fitting.record.kept == 20)
        #expect(try ModelArtifact(decoding: folder.read("models/model")).fitting.isEmpty)
        #expect(outcome.warnings.isEmpty)
    }

    @Test func aFeatureThatIsLeftOutIsNoInputAndNoneIsAskedFor() async throws {
        let folder = try await prepared()
        let service = try folder.service()
        let outcome = try await service.trainAndServe(request(excluded: ["term", "purpose"]))
        let model = try #require(outcome.model)
        #expect(model.features.map(\.name) == ["amount"])
        let stored = try ModelArtifact(decoding: folder.read("models/model"))
        #expect(stored.featureNames == ["amount"])
        let report = try JSONParser.parse(stored.fitting)
        #expect(report.object?["exclude"] == .array([.string("term"), .string("purpose")]))
        // The data is as it was.
        let whole = try await service.train(request())
        #expect(whole.fitting.excluded.isEmpty)
        #expect(
            try ModelArtifact(decoding: folder.read("models/model")).featureNames.count == 5
        )
    }

    /// Leaving a feature out is training on a table that ignores it.
    @Test func aModelWithoutAFeatureIsThatOfATableThatIgnoresIt() async throws {
        let folder = try await prepared()
        _ = try await folder.service().train(request(excluded: ["term"]))
        let without = try folder.read("models/model.json")
        let rest = Self.schema.features.filter { $0.name != "term" }
        var roles = ColumnRoles()
        roles.ignored = ["term"]
        let schema = TableSchema(features: rest, label: "default", labelPosition: 2, roles: roles)
        let other = try ServiceFolder()
        let rows = String(decoding: Self.table(rows: 800), as: UTF8.self)
        try other.write("table.csv", Array(rows.utf8))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "ignored"),
                size: 1,
                seed: 3,
                schema: .given(schema)
            )
        )
        // Rows that equal each other without the feature are on one side, so that other rows may be
        // held out; the columns are the same in any case.
        let preprocessor = try PreprocessorArtifact.decode(
            folder.read("models/model.preprocessor.sav")
        )
        let ignoring = try PreprocessorArtifact.decode(folder.read("ignored/preprocessor.sav"))
        #expect(preprocessor.schema == ignoring.schema)
        #expect(preprocessor.columnNames == ignoring.columnNames)
        #expect(!String(decoding: without, as: UTF8.self).contains("term"))
    }

    @Test(arguments: [
        (["trem"], "term"), (["term", "term"], "twice"), (["amount", "term", "purpose"], "remain"),
    ])
    func refusesFeaturesThatCannotBeLeftOut(names: [String], hint: String) async throws {
        let folder = try await prepared(rows: 60)
        let error = await #expect(throws: ServiceError.self) {
            _ = try await folder.service().train(request(excluded: names))
        }
        #expect(try #require(error).sentence.contains(hint))
    }

    @Test func constraintsOfFeaturesReachTheTrees() async throws {
        let folder = try await prepared()
        let bound = try request { parameters in
            try parameters.setMonotone([FeatureDirection(feature: "amount", sign: .rising)])
        }
        let outcome = try await folder.service().train(bound)
        let direction = try #require(outcome.validation?.directions.first)
        #expect(direction.feature == "amount")
        #expect(direction.direction == .increasing)
        guard case .proven = direction.verdict else {
            Issue.record("\(direction.verdict)")
            return
        }
        let stored = try ModelArtifact(decoding: folder.read("models/model"))
        #expect(
            stored.parameters.contains {
                $0 == .init(name: "monotone_constraints", value: #"{"amount": 1}"#)
            }
        )
        let oneHot = try request { parameters in
            try parameters.setMonotone([FeatureDirection(feature: "purpose", sign: .rising)])
        }
        let error = await #expect(throws: ServiceError.self) {
            _ = try await folder.service().train(oneHot)
        }
        #expect(try #require(error).sentence.contains("ordinal encoding"))
    }

    @Test func aWeightOfDefaultsIsWarnedOf() async throws {
        let folder = try await prepared()
        let outcome = try await folder.service().train(
            request { $0.positiveWeight = 4 }
        )
        #expect(outcome.warnings.contains { $0.contains("scale_pos_weight") })
    }

    @Test func foldsAreMeasuredAndReportedBeforeTheModel() async throws {
        let folder = try await prepared()
        let phases = Mutex<[TrainingProgress.Phase]>([])
        let shares = Mutex<[Double]>([])
        let outcome = try await folder.service().train(request(folds: 4)) { step in
            phases.withLock { if $0.last != step.phase { $0.append(step.phase) } }
            shares.withLock { $0.append(step.share) }
            return true
        }
        let folds = try #require(outcome.fitting.folds)
        #expect(folds.rows.reduce(0, +) == outcome.trainRows)
        #expect(folds.figures.map(\.name) == ["auc", "log_loss", "brier"])
        for figure in folds.figures { #expect(figure.values.count == 4) }
        #expect((0.6...1).contains(folds.figures[0].mean))
        let expected = (1...4).map { TrainingProgress.Phase.fold($0, of: 4) } + [.model]
        #expect(phases.withLock(\.self) == expected)
        let rising = shares.withLock(\.self)
        #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(rising.last == 1)
        // The model is that of a training without folds.
        let model = try folder.read("models/model.json")
        _ = try await folder.service().train(request())
        #expect(try folder.read("models/model.json") == model)
    }

    @Test func foldsOfRowsThatAreRepeatedWithNoiseAreRefused() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        for asked in try [request(folds: 3), request(search: SearchPlan(trials: 2))] {
            let error = await #expect(throws: ServiceError.self) {
                _ = try await folder.service().train(asked)
            }
            guard case .conflict(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(problem.message.contains("noise"))
        }
    }

    @Test func moreFoldsThanRowsCanFillAreRefused() async throws {
        let folder = try await prepared(rows: 12)
        let error = await #expect(throws: ServiceError.self) {
            _ = try await folder.service().train(request(folds: 20))
        }
        #expect(try #require(error).sentence.contains("folds"))
    }

    @Test func theWinnerOfASearchIsTrainedOnAllRows() async throws {
        let folder = try await prepared()
        let plan = SearchPlan(trials: 4, seed: 2)
        let outcome = try await folder.service().train(request(rounds: 40, search: plan))
        let search = try #require(outcome.fitting.search)
        #expect(search.trials.count == 4)
        #expect(search.trainRows + search.measuredRows == outcome.trainRows)
        let winner = search.trials[search.winner]
        #expect(outcome.fitting.record.boosted == winner.best.round)
        let stored = try ModelArtifact(decoding: folder.read("models/model"))
        for drawn in winner.values {
            let value = stored.parameters.first { $0.name == drawn.name }?.value
            #expect(value.flatMap { Double($0) } == drawn.value)
        }
        // The same parameters without a search give the same model.
        let model = try folder.read("models/model.json")
        _ = try await folder.service().train(request { $0 = outcome.fitting.parameters })
        #expect(try folder.read("models/model.json") == model)
        let text = String(decoding: stored.fitting, as: UTF8.self)
        #expect(text.contains("\"winner\":\(search.winner + 1)"))
    }

    @Test func earlyStoppingNeedsRowsToStopWith() async throws {
        let folder = try await prepared()
        let error = await #expect(throws: ServiceError.self) {
            _ = try await folder.service().train(request { $0.earlyStoppingRounds = 5 })
        }
        guard case .conflict(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.message.contains("stopping share"))
    }

    @Test func cancelsWithinAFold() async throws {
        let folder = try await prepared()
        let error = await #expect(throws: ServiceError.self) {
            _ = try await folder.service().train(request(rounds: 500, folds: 3)) { step in
                step.phase == .fold(1, of: 3)
            }
        }
        #expect(error == .cancelled)
        #expect(throws: (any Error).self) { _ = try folder.read("models/model") }
    }
}
