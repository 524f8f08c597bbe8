// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanArtifact
import LoanModel
import LoanService
import TestSupport
import Testing

/// A model is served with the preprocessor it was made with, whatever the folder of the prepared
/// data holds by then.
@Suite struct OwnPreprocessorTests {
    /// A model that was trained on the data of the folder.
    private func withTrained(
        _ body: (ServiceFolder) async throws -> Void
    ) async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await folder.service().train(ServiceFolder.trainRequest(rounds: 6))
        try await body(folder)
    }

    /// What became of the folder that the data was prepared in.
    enum Change: CaseIterable { case anotherSeed, otherApplications, damaged, gone }

    private func apply(_ change: Change, _ folder: ServiceFolder) async throws {
        let data = folder.folder.url.appendingPathComponent("data")
        switch change {
        case .anotherSeed: try await folder.prepare(seed: 9)
        case .otherApplications:
            try folder.write("applications.csv", SampleApplications(rows: 900, seed: 5).csv())
            _ = try await folder.service().prepareData(ServiceFolder.dataRequest(seed: 3, size: 1))
        case .damaged:
            for path in try FileManager.default.subpathsOfDirectory(atPath: data.path) {
                try? Data("damaged".utf8).write(to: data.appendingPathComponent(path))
            }
        case .gone: try FileManager.default.removeItem(at: data)
        }
    }

    /// Bits of the scores of 50 applications.
    private func scores(_ name: String, _ service: LoanService) async throws -> [UInt32] {
        let model = try await service.model(.named(name))
        let rows = try model.applications(csv: SampleApplications(rows: 50, seed: 8).csv())
        return model.probabilities(of: rows).map(\.bitPattern)
    }

    @Test(arguments: Change.allCases)
    func aRestartServesTheModelAsItWas(change: Change) async throws {
        try await withTrained { folder in
            let expected = try await scores("model.joblib", folder.service())
            try await apply(change, folder)
            let restarted = try folder.service()
            #expect(try await scores("model.joblib", restarted) == expected)
            let versions = try await restarted.versions(
                of: "model.joblib",
                in: ServiceFolder.models
            )
            let pinned = "model.joblib@\(versions[0].generation)"
            #expect(try await scores(pinned, restarted) == expected)
            try await restarted.served.load(.named("model.joblib"))
            #expect(try restarted.served.status(of: "model.joblib").state == .ready)
        }
    }

    @Test func looksAtStorageLeaveTheModelInPlaceAndAreNoFailures() async throws {
        try await withTrained { folder in
            var storage = StorageConfiguration()
            storage.models.revalidationInterval = .milliseconds(20)
            let service = try folder.service(storage: storage)
            let loaded = try await service.served.load(.named("model.joblib"))
            let fresh = Task { await service.keepModelsFresh() }
            defer { fresh.cancel() }
            for change in [Change.anotherSeed, .damaged, .gone] {
                try await apply(change, folder)
                try await Task.sleep(for: .milliseconds(200))
                #expect(try service.served.model("model.joblib") === loaded, "\(change)")
                #expect(try service.served.status(of: "model.joblib").failure == nil)
            }
            // A newer version is found all the same.
            try await folder.prepare(seed: 2)
            _ = try await folder.service().train(ServiceFolder.trainRequest(rounds: 2))
            try await eventually { try service.served.model("model.joblib").treeCount == 2 }
        }
    }

    @Test func preparingReplacesNoModelThatCarriesItsOwn() async throws {
        try await withTrained { folder in
            let service = try folder.service()
            // A model of another tool takes what the folder has.
            let brought = try folder.read("models/model.joblib.json")
            try folder.write("models/brought.json", brought)
            let trained = try await service.model(.named("model.joblib"))
            let other = try await service.model(.named("brought.json"))
            _ = try await service.prepareData(ServiceFolder.dataRequest(seed: 9))
            #expect(service.modelInMemory(.named("model.joblib")) === trained)
            #expect(service.modelInMemory(.named("brought.json")) == nil)
            #expect(try await service.model(.named("brought.json")) !== other)
        }
    }

    @Test func aRolledBackModelIsServedWithItsOwn() async throws {
        try await withTrained { folder in
            let first = try await scores("model.joblib", folder.service())
            try await folder.prepare(seed: 9)
            _ = try await folder.service().train(ServiceFolder.trainRequest(rounds: 4))
            let second = try await scores("model.joblib", folder.service())
            #expect(second != first)
            let service = try folder.service()
            try await apply(.gone, folder)
            _ = try await service.rollBack("model.joblib", in: ServiceFolder.models)
            #expect(try await scores("model.joblib", folder.service()) == first)
        }
    }

    @Test func aModelWithoutItsOwnNeedsTheFolder() async throws {
        let folder = try ServiceFolder()
        let model = try TestModel.shared.get()
        try folder.write("models/model.joblib", model.artifact().encoded())
        let service = try folder.service()
        let missing = await failure { () throws(ServiceError) in
            try await service.model(.named("model.joblib"))
        }
        guard case .notFound? = missing else {
            Issue.record("\(String(describing: missing))")
            return
        }
        let saved = PreprocessorArtifact.encode(model.preprocessor, producer: "a test")
        try folder.write("data/preprocessor.sav", saved)
        #expect(try await folder.service().model(.named("model.joblib")).treeCount == 3)
    }
}
