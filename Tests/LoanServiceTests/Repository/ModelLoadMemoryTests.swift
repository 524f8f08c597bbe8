// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import LoanService
import Machine
import Synchronization
import TestSupport
import Testing

/// A load reserves its memory before it reads a model.
@Suite struct ModelLoadMemoryTests {
    /// A process whose use of memory the test sets, in MiB.
    private final class Process: Sendable {
        private let resident = Atomic<Int>(0)

        func set(_ mebibytes: Int) { resident.store(mebibytes, ordering: .relaxed) }

        func budget(limit: Int) -> MemoryBudget {
            MemoryBudget(limit: limit << 20) { self.resident.load(ordering: .relaxed) << 20 }
        }
    }

    private let process = Process()

    private func folder() throws -> ServiceFolder {
        let model = try TestModel.shared.get()
        let folder = try ServiceFolder()
        try folder.write("models/model.joblib", model.xgboost)
        let saved = PreprocessorArtifact.encode(model.preprocessor, producer: "a test")
        try folder.write("data/preprocessor.sav", saved)
        return folder
    }

    @Test func aLoadThatNeverFitsIsRefusedInWords() async throws {
        let folder = try folder()
        let messages = Mutex<[String]>([])
        let memory = process.budget(limit: 80)
        let service = try folder.service(memory: memory) { message in
            messages.withLock { $0.append(message) }
        }
        let error = await failure { () throws(ServiceError) in
            try await service.model(.named("model.joblib"))
        }
        guard case .tooLarge(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.location == [.input(.place(.model, .local))])
        #expect(problem.message.hasPrefix("loading model.joblib takes up to "))
        #expect(problem.message.contains("at most 0 MiB are allowed"))
        #expect(messages.withLock { $0 } == ["no memory for a model"])
        #expect(memory.reservedBytes == 0)
    }

    @Test func aLoadThatDoesNotFitNowMayComeAgain() async throws {
        let folder = try folder()
        let service = try folder.service(memory: process.budget(limit: 1_000))
        process.set(797)
        let error = await failure { () throws(ServiceError) in
            try await service.served.load(.named("model.joblib"))
        }
        guard case .busy(let message, let seconds)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("3 MiB are free now"))
        #expect(seconds > 0)
        process.set(100)
        try await service.served.load(.named("model.joblib"))
    }

    @Test func moreIsReservedForALargerModel() async throws {
        let folder = try folder()
        let memory = process.budget(limit: 1_000)
        let reserved = Mutex<[Int]>([])
        let service = try folder.service(memory: memory) { message in
            guard message == "model loaded" else { return }
            reserved.withLock { $0.append(memory.reservedBytes) }
        }
        _ = try await service.model(.named("model.joblib"))
        #expect(memory.reservedBytes == 0)
        // White space is as good as a larger model: it is read all the same.
        let padding = 4 << 20
        let large =
            try folder.read("models/model.joblib") + [UInt8](repeating: 0x20, count: padding)
        try folder.write("models/large.joblib", large)
        _ = try await service.model(.named("large.joblib"))
        let bytes = reserved.withLock { $0 }
        #expect(bytes.count == 2)
        #expect(bytes[0] > 0)
        #expect(bytes[1] >= bytes[0] + 4 * padding)
        #expect(memory.reservedBytes == 0)
    }

    @Test func compilingIsReservedOnceTheForestIsKnown() async throws {
        let folder = try folder()
        let tree = ModelText.Tree.stump(0, below: 0.5, (0.1, 0.2))
        var text = ModelText([ModelText.Tree](repeating: tree, count: 8_000), featureCount: 26)
        text.featureNames = try TestModel.shared.get().preprocessor.columnNames
        try folder.write("models/model.joblib", text.bytes)
        let memory = process.budget(limit: 1_000)
        let service = try folder.service(memory: memory)
        // Reading takes up to 12 MiB, compiling 56.
        process.set(780)
        let error = await failure { () throws(ServiceError) in
            try await service.served.load(.named("model.joblib"))
        }
        guard case .busy(let message, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.hasPrefix("loading model.joblib takes up to 56 MiB"))
        #expect(memory.reservedBytes == 0)
        process.set(730)
        try await service.served.load(.named("model.joblib"))
    }

    @Test func aLoadThatFailsGivesItsReservationBack() async throws {
        let folder = try folder()
        try folder.write("models/model.joblib", Array("{}".utf8))
        let memory = process.budget(limit: 1_000)
        let service = try folder.service(memory: memory)
        let error = await failure { () throws(ServiceError) in
            try await service.model(.named("model.joblib"))
        }
        #expect(error != nil)
        #expect(memory.reservedBytes == 0)
    }

    @Test func aRenewalWithoutMemoryLeavesTheOldModelAndIsTriedAgain() async throws {
        let folder = try folder()
        var storage = StorageConfiguration()
        storage.models.revalidationInterval = .milliseconds(50)
        let kept = Atomic<Bool>(false)
        let service = try folder.service(memory: process.budget(limit: 1_000), storage: storage) {
            message in
            guard message == "a look for a newer model is put off; the one in memory is kept"
            else { return }
            kept.store(true, ordering: .relaxed)
        }
        let old = try await service.served.load(.named("model.joblib"))
        process.set(799)
        let changed = try folder.read("models/model.joblib") + [0x20]
        try folder.write("models/model.joblib", changed)
        let freshness = Task { await service.keepModelsFresh() }
        defer { freshness.cancel() }
        try await eventually { kept.load(ordering: .relaxed) }
        #expect(try service.served.model("model.joblib") === old)
        process.set(0)
        try await eventually { try service.served.model("model.joblib") !== old }
    }
}
