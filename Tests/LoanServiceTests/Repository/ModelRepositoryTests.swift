// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

@Suite struct ModelRepositoryTests {
    private let model = ModelReference.named("model.joblib")

    private func repository(
        _ storage: FakeStorage,
        _ change: (inout ModelRepositoryConfiguration) -> Void = { _ in }
    ) -> ModelRepository {
        var configuration = ModelRepositoryConfiguration()
        configuration.revalidationInterval = .milliseconds(40)
        configuration.refusalLifetime = .seconds(3_600)
        change(&configuration)
        return ModelRepository(loader: storage.loader, configuration: configuration) { _, _ in }
    }

    /// Runs `body` while the repository looks for newer models.
    private func whileFresh(
        _ repository: ModelRepository,
        _ body: () async throws -> Void
    ) async throws {
        let refresh = Task { await repository.keepFresh() }
        defer { refresh.cancel() }
        try await body()
    }

    @Test("S23: 100 callers of a cold model share one load")
    func oneHundredCallersOfAColdModelShareOneLoad() async throws {
        let storage = FakeStorage(["model.joblib"])
        let repository = repository(storage)
        storage.setOpen(false)
        let generations = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for _ in 0..<100 {
                group.addTask { try await repository.model(model).generation }
            }
            try await eventually { storage.loads.count == 1 }
            storage.setOpen(true)
            return try await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(storage.loads == ["model.joblib"])
        #expect(generations.count == 1)
    }

    @Test func aNewerModelTakesThePlaceOfTheOld() async throws {
        let storage = FakeStorage(["model.joblib"])
        let repository = repository(storage)
        let first = try await repository.model(model)
        try await whileFresh(repository) {
            try await eventually { storage.checks > 2 }
            #expect(repository.cached(model) === first)
            storage.replace("model.joblib")
            try await eventually { repository.cached(model) !== first }
        }
        #expect(storage.loads.count == 2)
    }

    @Test(
        "S21: a model that does not load any more keeps serving",
        arguments: [
            ServiceError.unavailable(message: "down", retryAfterSeconds: 1),
            .dataLoss(FieldProblem(.modelName, "damaged", kind: .damaged)),
            .notFound(FieldProblem(.modelName, "gone", kind: .notFound)),
        ]
    )
    func aModelThatDoesNotLoadAnyMoreKeepsServing(failure: ServiceError) async throws {
        let storage = FakeStorage(["model.joblib"])
        let repository = repository(storage)
        let first = try await repository.model(model)
        storage.replace("model.joblib")
        storage.fail(failure)
        try await whileFresh(repository) {
            let before = storage.checks
            try await eventually { storage.checks > before + 3 }
            #expect(try await repository.model(model) === first)
            storage.fail(nil)
            try await eventually { repository.cached(model) !== first }
        }
    }

    @Test func whatIsKnownToBeReplacedIsReadBeforeItIsServed() async throws {
        let storage = FakeStorage(["model.joblib"])
        let repository = repository(storage)
        let first = try await repository.model(model)
        storage.replace("model.joblib")
        #expect(try await repository.model(model) === first)
        repository.expire { $0 == model }
        #expect(repository.cached(model) === first)
        #expect(try await repository.model(model) !== first)
    }

    @Test func aReplacedModelThatDoesNotLoadLeavesTheOldOne() async throws {
        let storage = FakeStorage(["model.joblib"])
        let repository = repository(storage)
        let first = try await repository.model(model)
        storage.fail(.unavailable(message: "down", retryAfterSeconds: 1))
        repository.expire { $0 == model }
        #expect(try await repository.model(model) === first)
        // Only the first call waits for storage.
        #expect(try await repository.model(model) === first)
        #expect(storage.loads.count == 2)
    }

    @Test("S24: a model that did not load is refused without asking storage")
    func aModelThatDidNotLoadIsRefusedWithoutAskingStorage() async throws {
        let storage = FakeStorage([])
        let repository = repository(storage)
        for _ in 0..<50 {
            let error = await failure { () throws(ServiceError) in try await repository.model(model)
            }
            guard case .notFound? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(storage.loads.count == 1)
        storage.replace("model.joblib")
        _ = try await repository.newest(model)
        _ = try await repository.model(model)
        #expect(storage.loads.count == 2)
    }

    @Test("S24: a thousand names stay within the bounds") func aThousandNamesStayWithinTheBounds()
        async throws
    {
        let names = (0..<1_000).map { "model\($0)" }
        let storage = FakeStorage(names)
        let repository = repository(storage) { $0.countMax = 10 }
        for name in names { _ = try await repository.model(.named(name)) }
        #expect(repository.numbers.modelCount == 10)
        #expect(repository.numbers.evictions == 990)
        // The ones used last are those that stay.
        #expect(names.suffix(10).allSatisfy { repository.cached(.named($0)) != nil })
    }

    @Test("S24: models stay within the bytes") func modelsStayWithinTheBytes() async throws {
        let size = try TestModel.served().byteCount
        try #require(size > 0)
        let names = (0..<20).map { "model\($0)" }
        let storage = FakeStorage(names)
        let repository = repository(storage) { $0.bytesMax = 3 * size }
        for name in names { _ = try await repository.model(.named(name)) }
        #expect(repository.numbers.modelCount == 3)
        #expect(repository.numbers.byteCount == 3 * size)
    }

    @Test func aModelLargerThanTheRoomIsServedAlone() async throws {
        let storage = FakeStorage(["small", "large"])
        let repository = repository(storage) { $0.bytesMax = 1 }
        _ = try await repository.model(.named("small"))
        _ = try await repository.model(.named("large"))
        #expect(repository.cached(.named("large")) != nil)
        #expect(repository.numbers.modelCount == 1)
    }

    @Test func tooManyLoadsAtOnceAreRefused() async throws {
        let storage = FakeStorage(["model0", "model1", "model2"])
        let repository = repository(storage) { configuration in
            configuration.loadsMax = 2
            configuration.parallelMax = 1
        }
        storage.setOpen(false)
        let first = Task { try await repository.model(.named("model0")) }
        let second = Task { try await repository.model(.named("model1")) }
        try await eventually { repository.numbers.loads == 2 && storage.loads.count == 1 }
        let refused = await failure { () throws(ServiceError) in
            try await repository.model(.named("model2"))
        }
        guard case .busy? = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(storage.loads.count == 1, "one load runs, one waits")
        storage.setOpen(true)
        _ = try await first.value
        _ = try await second.value
        _ = try await repository.model(.named("model2"))
    }
}
