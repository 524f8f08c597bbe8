// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import Synchronization
import TestSupport
import Testing

/// What fails once a generation is current is a warning of a success.
@Suite struct WarningsTests {
    /// Something else where a copy for other tools belongs.
    private func block(_ path: String, _ folder: ServiceFolder) throws {
        let url = folder.folder.url.appendingPathComponent(path)
        try? FileManager.default.removeItem(at: url)
        try folder.write("\(path)/more", [1])
    }

    @Test func aPreparationWhoseCopyFailsIsASuccess() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let logged = Mutex<[String]>([])
        let isBlocked = Mutex(false)
        let service = try folder.service(onLog: { line in logged.withLock { $0.append(line) } })
        let result = try await service.prepareData(ServiceFolder.dataRequest(seed: 9)) { _ in
            // The place was free when the work began.
            isBlocked.withLock { isBlocked in
                guard !isBlocked else { return true }
                isBlocked = true
                return (try? self.block("data/ytest.npy", folder)) != nil
            }
        }
        #expect(result.warnings.count == 1)
        #expect(result.warnings.first?.contains("ytest.npy") == true, "\(result.warnings)")
        #expect(logged.withLock { $0.filter { $0.contains("warning") }.count } == 1)
        // The new generation is complete: a training takes it.
        _ = try await folder.service().train(ServiceFolder.trainRequest())
        #expect(try await folder.service().model(.named("model.joblib")).treeCount == 3)
    }

    @Test func aTrainingWhoseCopyFailsIsASuccess() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        try block("models/model.joblib.json", folder)
        let service = try folder.service()
        let result = try await service.train(ServiceFolder.trainRequest(rounds: 2))
        #expect(result.warnings.count == 1)
        let versions = try await service.versions(of: "model.joblib", in: ServiceFolder.models)
        #expect(versions.map(\.generation) == [result.version])
        #expect(versions.map(\.isCurrent) == [true])
        #expect(try await service.model(.named("model.joblib")).version == result.version)
    }
}
