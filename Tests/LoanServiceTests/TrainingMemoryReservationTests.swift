// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import Machine
import ObjectStorage
import Observability
import Synchronization
import TestSupport
import Testing

/// O06: a training reserves its memory before it takes any.
@Suite struct TrainingMemoryReservationTests {
    private let prepared = "data/.loan-default/prepared/data"

    private func preparedFolder() async throws -> ServiceFolder {
        let folder = try ServiceFolder()
        try await folder.prepare()
        return folder
    }

    private func budget(limit: Int, resident: Int = 0) -> MemoryBudget {
        MemoryBudget(limit: limit << 20) { resident << 20 }
    }

    @Test("O06: a training that never fits is refused in words")
    func aTrainingThatNeverFitsIsRefusedInWords() async throws {
        let folder = try await preparedFolder()
        let memory = budget(limit: 80)
        let service = try folder.service(memory: memory)
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest())
        }
        guard case .tooLarge(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.location == [.input(.place(.data, .local))])
        #expect(problem.message.hasPrefix("training on 1125 rows x 26 columns takes up to "))
        #expect(problem.message.contains(" MiB of memory, and at most 0 MiB are allowed: "))
        #expect(problem.message.contains("use less data"))
        #expect(problem.message.contains("raise the limit of memory"))
        #expect(memory.reservedBytes == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.folder.path("models/model.joblib")))
    }

    @Test("O06: a training that does not fit now may come again")
    func aTrainingThatDoesNotFitNowMayComeAgain() async throws {
        let folder = try await preparedFolder()
        let service = try folder.service(memory: budget(limit: 1_000, resident: 798))
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest())
        }
        guard case .busy(let message, let seconds)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("1125 rows x 26 columns"))
        #expect(message.contains("2 MiB are free now"))
        #expect(seconds > 0)
    }

    @Test("O06: memory is reserved while a training runs, and counts in its metric")
    func memoryIsReservedWhileATrainingRuns() async throws {
        let folder = try await preparedFolder()
        let memory = budget(limit: 1_000)
        let metrics = MetricsRegistry(ServiceMetrics.descriptions)
        let service = try folder.service(metrics: metrics, memory: memory)
        let seen = Mutex<[Int]>([])
        _ = try await service.train(ServiceFolder.trainRequest()) { _ in
            seen.withLock { $0.append(memory.usedBytes) }
            let text = metrics.text
            #expect(!text.contains("loan_default_memory_reserved_bytes 0\n"))
            return true
        }
        #expect(seen.withLock { $0.count } == 3)
        #expect(seen.withLock { $0.allSatisfy { $0 > 1 << 20 } })
        #expect(memory.usedBytes == 0)
        let text = metrics.text
        #expect(text.contains("loan_default_memory_reserved_bytes 0\n"))
    }

    @Test("O06: memory is given back by a training that is cancelled or fails")
    func memoryIsGivenBackByATrainingThatEndsEarly() async throws {
        let folder = try await preparedFolder()
        let memory = budget(limit: 1_000)
        let service = try folder.service(memory: memory)
        let cancelled = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest(rounds: 1_000)) { _ in
                #expect(memory.reservedBytes > 0)
                return false
            }
        }
        #expect(cancelled == .cancelled)
        #expect(memory.reservedBytes == 0)
        let generation = try manifest(folder).generation
        try folder.write("\(prepared)/objects/\(generation).ytrain.npy", [1, 2, 3])
        let failed = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest())
        }
        guard case .conflict? = failed else {
            Issue.record("\(String(describing: failed))")
            return
        }
        #expect(memory.reservedBytes == 0)
    }

    @Test("O06: sizes that no memory holds are refused before anything is read")
    func sizesThatNoMemoryHoldsAreRefused() async throws {
        let folder = try await preparedFolder()
        let honest = try manifest(folder)
        for size in [1 << 62, Int.max] {
            let entries = honest.entries.map { entry in
                guard entry.name == "ytrain.npy" || entry.name == "Xtest.npy" else { return entry }
                return Manifest.Entry(name: entry.name, size: size, sha256: entry.sha256)
            }
            let hostile = Manifest(generation: honest.generation, entries: entries, metadata: [:])
            try folder.write("\(prepared)/manifest", hostile.text)
            let memory = budget(limit: 1 << 20)
            let service = try folder.service(memory: memory)
            let error = await failure { () throws(ServiceError) in
                try await service.train(ServiceFolder.trainRequest())
            }
            guard case .tooLarge(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.message.contains("\((size - 128) / 4) rows x 26 columns"))
            #expect(memory.reservedBytes == 0)
        }
    }

    private func manifest(_ folder: ServiceFolder) throws -> Manifest {
        try Manifest(text: folder.read("\(prepared)/manifest"))
    }
}
