// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import ObjectStorage
import TestSupport
import Testing

/// Trainings on data that has rows to stop early with.
@Suite struct StoppingPartTests {
    /// Prepared data whose rows to stop with are those to test with.
    private func prepared() async throws -> ServiceFolder {
        let folder = try ServiceFolder()
        try folder.write("table.csv", FittingTests.table(rows: 1_200))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .given(FittingTests.schema)
            )
        )
        let names = ["Xtrain.npy", "ytrain.npy", "Xtest.npy", "ytest.npy", "preprocessor.sav"]
        var parts = try names.map { ($0, try folder.read("data/\($0)")) }
        parts.append(("Xstopping.npy", try folder.read("data/Xtest.npy")))
        parts.append(("ystopping.npy", try folder.read("data/ytest.npy")))
        let deadline = ContinuousClock.now + .seconds(60)
        var writer = try ArtifactWriter(
            ArtifactLocation(
                folder: "data",
                kind: .prepared,
                name: "data",
                main: "preprocessor.sav"
            ),
            generation: Generation(secondsSince1970: 2_000_000_000, random: 1),
            in: try LocalStore(root: folder.folder.url.path),
            deadline: deadline
        )
        for (name, bytes) in parts {
            try writer.write(name, from: ObjectSource(bytes), deadline: deadline)
        }
        _ = try writer.commit(deadline: deadline)
        return folder
    }

    private func request(
        patience: Int,
        folds: Int? = nil,
        search: SearchPlan? = nil
    ) -> TrainRequest {
        var parameters = TrainingParameters()
        parameters.rounds = 150
        parameters.maxDepth = 6
        parameters.learningRate = 0.3
        parameters.minChildWeight = 1
        parameters.earlyStoppingRounds = patience
        return TrainRequest(
            data: .local(path: "data"),
            model: .local(path: "models"),
            modelName: "model",
            parameters: parameters,
            folds: folds,
            search: search
        )
    }

    @Test func treesAfterTheBestRoundAreNotKept() async throws {
        let folder = try await prepared()
        let outcome = try await folder.service().trainAndServe(request(patience: 10))
        let record = outcome.result.fitting.record
        let best = try #require(record.best)
        #expect(record.boosted == best.round + 10)
        #expect(record.boosted < 150)
        #expect(try #require(outcome.model).treeCount == best.round)
        let exported = try Forest(xgboost: folder.read("models/model.json"))
        #expect(exported.treeCount == best.round)
        let stored = try ModelArtifact(decoding: folder.read("models/model"))
        let text = String(decoding: stored.fitting, as: UTF8.self)
        #expect(text.contains("\"best_round\":\(best.round)"))
        #expect(stored.featureNames == exported.featureNames)
    }

    @Test func theTreesAreThoseOfATrainingOfThatManyRounds() async throws {
        let folder = try await prepared()
        let stopped = try await folder.service().train(request(patience: 10))
        let model = try Forest(xgboost: folder.read("models/model.json"))
        var parameters = request(patience: 0).parameters
        parameters.rounds = stopped.fitting.record.kept
        _ = try await folder.service().train(
            TrainRequest(
                data: .local(path: "data"),
                model: .local(path: "models"),
                modelName: "model",
                parameters: parameters
            )
        )
        let whole = try Forest(xgboost: folder.read("models/model.json"))
        #expect(model.nodes == whole.nodes)
        #expect(model.baseMargins == whole.baseMargins)
    }

    @Test func trialsAreMeasuredOnThoseRowsAndTheModelStopsByThem() async throws {
        let folder = try await prepared()
        let plan = SearchPlan(trials: 3, seed: 1)
        let outcome = try await folder.service().train(request(patience: 8, search: plan))
        let search = try #require(outcome.fitting.search)
        #expect(search.trainRows == outcome.trainRows)
        #expect(search.measuredRows == 300)
        let winner = search.trials[search.winner]
        // Trained on the same rows and stopped by the same ones, but for what the trial draws.
        #expect(outcome.fitting.record.best != nil)
        #expect(outcome.fitting.parameters.rounds == 150)
        #expect(outcome.fitting.parameters.maxDepth == winner.values[1].value.asInt)
    }

    @Test func foldsStopEarlyToo() async throws {
        let folder = try await prepared()
        let plain = try await folder.service().train(request(patience: 0, folds: 3))
        let stopped = try await folder.service().train(request(patience: 8, folds: 3))
        let losses = [plain, stopped].map { $0.fitting.folds?.figures[1].mean ?? .nan }
        #expect(losses[1] < losses[0])
    }
}

extension Double {
    fileprivate var asInt: Int? { Int(exactly: self) }
}
