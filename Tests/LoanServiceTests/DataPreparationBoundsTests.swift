// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import Machine
import TestSupport
import Testing

/// O07: a data preparation stays within memory and disk, or is refused before it takes them.
@Suite struct DataPreparationBoundsTests {
    private func folder(rows: Int = 1_500) throws -> ServiceFolder {
        let folder = try ServiceFolder()
        try folder.write("applications.csv", SampleApplications(rows: rows, seed: 4).csv())
        return folder
    }

    private func budget(limit: Int, resident: Int = 0) -> MemoryBudget {
        MemoryBudget(limit: limit << 20) { resident << 20 }
    }

    /// The refusal of a preparation, which leaves nothing behind.
    private func refusal(
        _ folder: ServiceFolder,
        _ request: DataRequest,
        memory: MemoryBudget = MemoryBudget(limit: .max),
        scratchBytesMax: Int = .max
    ) async throws -> ServiceError? {
        var storage = StorageConfiguration()
        storage.scratchBytesMax = scratchBytesMax
        let service = try folder.service(memory: memory, storage: storage)
        let error = await failure { () throws(ServiceError) in
            try await service.prepareData(request)
        }
        #expect(memory.reservedBytes == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.folder.path("data")))
        return error
    }

    private func problem(_ error: ServiceError?) throws -> FieldProblem {
        guard case .tooLarge(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            throw CancellationError()
        }
        return problem
    }

    @Test("O07: a size that memory does not hold is refused in words")
    func aSizeThatMemoryDoesNotHoldIsRefused() async throws {
        let request = ServiceFolder.dataRequest(size: 50_000_000)
        let memory = budget(limit: 1_000)
        let problem = try problem(await refusal(try folder(), request, memory: memory))
        #expect(problem.location == [.input(.size)])
        #expect(problem.message.hasPrefix("preparing 50000000 rows takes up to "))
        #expect(problem.message.contains(" MiB of memory, and at most 736 MiB are allowed: "))
        #expect(problem.message.contains("ask for fewer rows, or raise the limit of memory"))
    }

    @Test("O07: a size that no preparation takes is refused before anything is computed from it")
    func aSizeThatNoPreparationTakesIsRefused() async throws {
        let request = ServiceFolder.dataRequest(size: .max)
        guard case .invalid(let problems)? = try await refusal(try folder(), request) else {
            Issue.record("it is refused as invalid")
            return
        }
        #expect(problems.map(\.location) == [[.input(.size)]])
        #expect(problems.first?.message == "is \(Int.max); the limit is 100000000")
    }

    @Test("O07: a table that memory does not hold is refused while it is read")
    func aTableThatMemoryDoesNotHoldIsRefused() async throws {
        let request = ServiceFolder.dataRequest(size: 1)
        let folder = try folder(rows: 200_000)
        // 28 MiB may be reserved; 200,000 rows are estimated at 32.
        let memory = budget(limit: 115)
        let problem = try problem(await refusal(folder, request, memory: memory))
        #expect(problem.location == [.input(.place(.source, .local))])
        #expect(problem.message.hasPrefix("preparing 1"))
        #expect(problem.message.contains("use a smaller table, or raise the limit of memory"))
    }

    @Test("O07: a preparation that does not fit now may come again")
    func aPreparationThatDoesNotFitNowMayComeAgain() async throws {
        let memory = budget(limit: 1_000, resident: 790)
        let error = try await refusal(try folder(), ServiceFolder.dataRequest(), memory: memory)
        guard case .busy(let message, let seconds)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("10 MiB are free now"))
        #expect(seconds > 0)
    }

    @Test("O07: memory is reserved while a preparation runs")
    func memoryIsReservedWhileAPreparationRuns() async throws {
        let memory = budget(limit: 1_000)
        let folder = try folder()
        let service = try folder.service(memory: memory)
        _ = try await service.prepareData(ServiceFolder.dataRequest()) { _ in
            #expect(memory.reservedBytes > 16 << 20)
            return true
        }
        #expect(memory.reservedBytes == 0)
    }

    @Test("O07: matrices that disk must not hold are refused", arguments: MatrixFormat.allCases)
    func matricesThatDiskMustNotHoldAreRefused(format: MatrixFormat) async throws {
        let request = ServiceFolder.dataRequest(size: 20_000, format: format)
        let error = try await refusal(try folder(), request, scratchBytesMax: 1 << 20)
        let problem = try problem(error)
        #expect(problem.location == [.input(.size)])
        #expect(problem.message.hasPrefix("the matrices of 20000 rows take more than the 1 MiB "))
        #expect(problem.message.contains("npy takes less") == (format == .csv))
    }

    @Test("O07: matrices may take all that they are allowed")
    func matricesMayTakeAllThatTheyAreAllowed() async throws {
        // 2,000 rows of 26 columns and a label, four bytes each, after four headers.
        let bytes = 2_000 * 27 * 4 + 4 * 128
        var storage = StorageConfiguration()
        storage.scratchBytesMax = bytes
        let request = ServiceFolder.dataRequest(size: 2_000)
        let folder = try folder()
        let result = try await folder.service(storage: storage).prepareData(request)
        #expect(result.trainRows == 1_500)
        storage.scratchBytesMax = bytes - 1
        await #expect(throws: ServiceError.self) {
            try await folder.service(storage: storage).prepareData(request)
        }
    }
}
