// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import Synchronization
import Testing

@Suite struct ServedModelsTests {
    private let model = ModelReference.named("model.joblib")

    private func directory(
        _ storage: FakeStorage,
        _ change: (inout ModelRepositoryConfiguration) -> Void = { _ in }
    ) -> (ServedModels, ModelRepository) {
        var configuration = ModelRepositoryConfiguration()
        change(&configuration)
        let repository = ModelRepository(
            loader: storage.loader,
            configuration: configuration
        ) { _, _ in }
        return (ServedModels(repository: repository), repository)
    }

    @Test func aNameIsServedOnceItsModelIsLoaded() async throws {
        let (served, _) = directory(FakeStorage(["model.joblib"]))
        #expect(served.names.isEmpty)
        #expect(throws: ServiceError.self) { try served.model("model.joblib") }
        let loaded = try await served.load(model)
        #expect(served.names == ["model.joblib"])
        #expect(try served.model("model.joblib") === loaded)
        let status = try served.status(of: "model.joblib")
        #expect(status.state == .ready)
        #expect(status.model === loaded)
        #expect(status.reference == model)
        #expect(status.failure == nil)
    }

    @Test func anUnloadedNameCanBeLoadedAgain() async throws {
        let (served, repository) = directory(FakeStorage(["model.joblib"]))
        try await served.load(model)
        try served.unload("model.joblib")
        #expect(served.names.isEmpty)
        #expect(served.index.map(\.state) == [.unloaded])
        #expect(repository.numbers.modelCount == 0)
        #expect(throws: ServiceError.self) { try served.model("model.joblib") }
        try await served.load(model)
        #expect(try served.status(of: "model.joblib").state == .ready)
    }

    @Test func anUnknownNameIsNotFound() async {
        let (served, _) = directory(FakeStorage([]))
        for error in [
            await failure { () throws(ServiceError) in try served.unload("model.joblib") },
            await failure { () throws(ServiceError) in try served.status(of: "model.joblib") },
            await failure { () throws(ServiceError) in try served.model("model.joblib") },
        ] {
            guard case .notFound? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func aNameWithoutAModelIsForgotten() async throws {
        let storage = FakeStorage([])
        let (served, _) = directory(storage)
        let error = await failure { () throws(ServiceError) in try await served.load(model) }
        guard case .notFound? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(served.index.isEmpty)
        storage.replace("model.joblib")
        try await served.load(model)
        // A name that had a model stays known when that model has gone.
        try served.unload("model.joblib")
        storage.fail(error)
        _ = await failure { () throws(ServiceError) in try await served.load(model) }
        #expect(served.index.map(\.state) == [.failed])
    }

    @Test func aModelThatDoesNotLoadLeavesItsReason() async throws {
        let storage = FakeStorage(["model.joblib"])
        storage.fail(.dataLoss(FieldProblem(.modelName, "damaged", kind: .damaged)))
        let (served, _) = directory(storage)
        let error = await failure { () throws(ServiceError) in try await served.load(model) }
        let status = try served.status(of: "model.joblib")
        #expect(status.state == .failed)
        #expect(status.failure == error)
        #expect(served.names.isEmpty)
        #expect(throws: try #require(error)) { try served.model("model.joblib") }
        storage.fail(nil)
        try await served.load(model)
        #expect(try served.status(of: "model.joblib").failure == nil)
    }

    @Test func aLoadThatFailsLeavesTheOldModelServing() async throws {
        let storage = FakeStorage(["model.joblib"])
        let (served, _) = directory(storage)
        let first = try await served.load(model)
        storage.replace("model.joblib")
        let damaged = ServiceError.dataLoss(FieldProblem(.modelName, "damaged", kind: .damaged))
        storage.fail(damaged)
        #expect(
            await failure { () throws(ServiceError) in try await served.load(model) } == damaged
        )
        #expect(try served.model("model.joblib") === first)
        let status = try served.status(of: "model.joblib")
        #expect(status.state == .ready)
        #expect(status.failure == damaged)
    }

    @Test func aNameShowsThatItsModelIsBeingLoaded() async throws {
        let storage = FakeStorage(["model.joblib"])
        let (served, _) = directory(storage)
        storage.setOpen(false)
        let loading = Task { try await served.load(model) }
        try await eventually { (try? served.status(of: "model.joblib").state) == .loading }
        let early = await failure { () throws(ServiceError) in try served.model("model.joblib") }
        guard case .unavailable? = early else {
            Issue.record("\(String(describing: early))")
            return
        }
        storage.setOpen(true)
        _ = try await loading.value
        #expect(try served.status(of: "model.joblib").state == .ready)
    }

    @Test func aNamedModelStaysInMemoryWhateverElseIsLoaded() async throws {
        let names = (0..<10).map { "other\($0)" }
        let storage = FakeStorage(["model.joblib"] + names)
        let (served, repository) = directory(storage) { $0.countMax = 2 }
        let loaded = try await served.load(model)
        for name in names { _ = try await repository.model(.named(name)) }
        #expect(try served.model("model.joblib") === loaded)
        #expect(repository.numbers.modelCount == 2)
    }

    @Test func aModelStaysUntilTheLastLeaseOfItEnds() async throws {
        let others = ["other0", "other1"]
        let (_, repository) = directory(FakeStorage(["model.joblib"] + others)) { $0.countMax = 1 }
        var leases = [repository.lease(model), repository.lease(model)]
        let loaded = try await repository.model(model)
        leases.removeLast()
        _ = try await repository.model(.named("other0"))
        #expect(repository.cached(model) === loaded)
        leases.removeLast()
        _ = try await repository.model(.named("other1"))
        #expect(repository.cached(model) == nil)
    }

    @Test func anUnloadLeavesTheModelToWhoeverElseHoldsIt() async throws {
        let (served, repository) = directory(FakeStorage(["model.joblib"]))
        let lease = repository.lease(model)
        let loaded = try await served.load(model)
        try served.unload("model.joblib")
        #expect(served.names.isEmpty)
        #expect(repository.cached(model) === loaded)
        withExtendedLifetime(lease) {}
    }

    /// As a load that is under way holds it.
    @Test func anUnloadOfANameThatIsNotServedLeavesTheModelToItsOnlyHolder() async throws {
        let (served, repository) = directory(FakeStorage(["model.joblib"]))
        try await served.load(model)
        try served.unload("model.joblib")
        let lease = repository.lease(model)
        let loaded = try await repository.model(model)
        try served.unload("model.joblib")
        #expect(repository.cached(model) === loaded)
        withExtendedLifetime(lease) {}
    }

    @Test func aLoadThatFailsHoldsNothing() async throws {
        let storage = FakeStorage(["model.joblib", "other"])
        let (served, repository) = directory(storage) { $0.countMax = 1 }
        _ = try await repository.model(model)
        storage.fail(.dataLoss(FieldProblem(.modelName, "damaged", kind: .damaged)))
        _ = await failure { () throws(ServiceError) in try await served.load(model) }
        storage.fail(nil)
        let other = try await repository.model(.named("other"))
        #expect(repository.cached(.named("other")) === other)
        #expect(repository.cached(model) == nil)
    }

    @Test func namedModelsBeyondTheRoomAreRefused() async throws {
        let storage = FakeStorage(["model0", "model1", "model2"])
        let (served, repository) = directory(storage) { $0.countMax = 2 }
        try await served.load(.named("model0"))
        try await served.load(.named("model1"))
        let refused = await failure { () throws(ServiceError) in
            try await served.load(.named("model2"))
        }
        guard case .busy? = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(served.names == ["model0", "model1"])
        #expect(repository.numbers.modelCount == 2)
        try served.unload("model0")
        try await served.load(.named("model2"))
        #expect(served.names == ["model1", "model2"])
    }

    @Test func aNewerVersionOfAServedModelIsServedHoweverLarge() async throws {
        let (small, large) = (try TestModel(seed: 1), try TestModel(seed: 1, rounds: 200))
        let isReplaced = Mutex(false)
        let storage = FakeStorage(["model.joblib", "other"]) {
            ServedModel(scorer: isReplaced.withLock { $0 } ? large.scorer : small.scorer)
        }
        let room = ServedModel(scorer: small.scorer).byteCount
        let (served, _) = directory(storage) { $0.bytesMax = room }
        try await served.load(model)
        isReplaced.withLock { $0 = true }
        storage.replace("model.joblib")
        // As it would be after the next look at storage: a refusal would not be true.
        let loaded = try await served.load(model)
        #expect(loaded.treeCount == 200)
        #expect(try served.model("model.joblib") === loaded)
        let refused = await failure { () throws(ServiceError) in
            try await served.load(.named("other"))
        }
        #expect(refused?.sentence.contains("--models-max") == true)
        #expect(served.names == ["model.joblib"])
    }

    @Test func namesThatDoNotLoadDoNotCrowdOutTheOthers() async throws {
        let storage = FakeStorage(["model.joblib"])
        let (served, _) = directory(storage) { $0.refusalsMax = 8 }
        try await served.load(model)
        storage.fail(.dataLoss(FieldProblem(.modelName, "damaged", kind: .damaged)))
        for index in 0..<(ServedModels.countMax + 20) {
            _ = await failure { () throws(ServiceError) in
                try await served.load(.named("absent\(index)"))
            }
        }
        #expect(served.index.count == ServedModels.idleMax + 1)
        #expect(served.names == ["model.joblib"])
    }

    @Test(arguments: ["", ".hidden", "a/b", "../m", "with space", "ü"])
    func namesOfModelsAreChecked(name: String) async {
        let (served, _) = directory(FakeStorage([name]))
        let error = await failure { () throws(ServiceError) in try await served.load(.named(name)) }
        guard case .invalid? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(served.index.isEmpty)
    }
}
