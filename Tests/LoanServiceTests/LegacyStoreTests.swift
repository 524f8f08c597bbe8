// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import TestSupport
import Testing

/// A store that a release with the first layout has written, as it lies in Tests/Fixtures/storage.
@Suite struct LegacyStoreTests {
    private let generations = ["20261129T205248Z-3e32f245", "20261129T205247Z-1ab5ca1c"]

    private func folder() throws -> ServiceFolder {
        let folder = try ServiceFolder()
        let fixture = PythonOracle.repository.appendingPathComponent("Tests/Fixtures/storage")
        for name in ["data", "models"] {
            try FileManager.default.copyItem(
                at: fixture.appendingPathComponent(name),
                to: folder.folder.url.appendingPathComponent(name)
            )
        }
        return folder
    }

    private func versions(_ service: LoanService) async throws -> [String] {
        try await service.versions(of: "risk", in: ServiceFolder.models).map(\.generation)
    }

    private func trees(_ name: String, _ service: LoanService) async throws -> Int {
        try await service.model(.named(name)).treeCount
    }

    @Test func itIsReadAsItLies() async throws {
        let folder = try folder()
        let service = try folder.service()
        #expect(try await versions(service) == generations)
        #expect(try await trees("risk", service) == 2)
        #expect(try await trees("risk@\(generations[1])", service) == 1)
        #expect(try folder.files("models").count == 12)
    }

    /// Its models do not have the covers of their nodes; the copies for XGBoost do.
    @Test func itsReasonsComeFromTheCopyForXGBoost() async throws {
        let folder = try folder()
        let model = try await folder.service().model(.named("risk"))
        let rows = ScoringRows(
            rowCount: 1,
            form: .prepared([Float](repeating: 1, count: model.preparedFeatureCount))
        )
        let contributions = try model.contributions(of: rows, rows: 0..<1, by: .features)
        let total = contributions.values.reduce(0, +)
        #expect(contributions.featureCount == model.features.count)
        #expect(abs(total - contributions.margins[0]) < 1e-6)
        #expect(contributions.sums.contains { $0 != 0 })
    }

    @Test func aRollbackAndATrainingMoveOn() async throws {
        let folder = try folder()
        let service = try folder.service()
        let back = try await service.rollBack("risk", in: ServiceFolder.models)
        #expect(back.generation == generations[1])
        #expect(back.warnings == [])
        #expect(try await trees("risk", folder.service()) == 1)
        let old = try folder.read("models/risk.\(generations[1])")
        #expect(try folder.read("models/risk") == old)
        _ = try await service.train(ServiceFolder.trainRequest("risk", rounds: 3))
        #expect(try await versions(service).dropFirst() == generations[...])
        for (name, count) in zip(["risk"] + generations.map { "risk@\($0)" }, [3, 2, 1]) {
            #expect(try await trees(name, folder.service()) == count)
        }
        for _ in 0..<4 {
            _ = try await service.train(ServiceFolder.trainRequest("risk", rounds: 1))
        }
        #expect(try await versions(service).count == 5)
        let left = try folder.files("models").filter { !$0.hasPrefix(".loan-default/") }
        #expect(left == ["risk", "risk.card.json", "risk.json", "risk.preprocessor.sav"])
    }

    @Test func itsDataIsPreparedAgain() async throws {
        let folder = try folder()
        try await folder.prepare()
        let service = try folder.service()
        _ = try await service.train(ServiceFolder.trainRequest("risk", rounds: 3))
        try await folder.prepare(seed: 2)
        let left = try folder.files("data").filter { !$0.hasPrefix(".loan-default/") }
        #expect(
            left == ["Xtest.npy", "Xtrain.npy", "preprocessor.sav", "ytest.npy", "ytrain.npy"]
        )
    }

    @Test("a name of the first layout is not given to a model")
    func aNameOfTheFirstLayoutIsNotGivenToAModel() async throws {
        let folder = try folder()
        let service = try folder.service()
        for name in ["risk.manifest", "risk.\(generations[1])", "risk.json"] {
            let error = await failure { () throws(ServiceError) in
                try await service.train(ServiceFolder.trainRequest(name))
            }
            guard case .conflict? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        try await itIsReadAsItLies()
    }
}
