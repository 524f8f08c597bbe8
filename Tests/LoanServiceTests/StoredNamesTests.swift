// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import Synchronization
import TestSupport
import Testing

/// What names do to each other in the service, and what is said of files that were changed in
/// place.
@Suite struct StoredNamesTests {
    /// A folder with two generations of the model `risk`, of two and four trees.
    private func trained() async throws -> (ServiceFolder, LoanService) {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        for rounds in [2, 4] {
            _ = try await service.train(ServiceFolder.trainRequest("risk", rounds: rounds))
        }
        return (folder, service)
    }

    private func expectRiskIsWhole(_ folder: ServiceFolder) async throws {
        let service = try folder.service()
        let versions = try await service.versions(of: "risk", in: ServiceFolder.models)
        #expect(versions.map(\.isCurrent) == [true, false])
        for (version, trees) in zip(versions, [4, 2]) {
            let name = "risk@\(version.generation)"
            #expect(try await service.model(.named(name)).treeCount == trees)
        }
        #expect(try await service.model(.named("risk")).treeCount == 4)
        _ = try await service.rollBack("risk", in: ServiceFolder.models)
        #expect(try await service.model(.named("risk")).treeCount == 2)
        let newest = versions[0].generation
        _ = try await service.rollBack("risk", in: ServiceFolder.models, to: newest)
        #expect(try await service.model(.named("risk")).treeCount == 4)
    }

    private func conflict(_ error: ServiceError?) -> String? {
        guard case .conflict(let problem)? = error else { return nil }
        return problem.message
    }

    @Test("a model whose name is that of a copy is refused before the work")
    func aModelWhoseNameIsThatOfACopyIsRefused() async throws {
        let (folder, service) = try await trained()
        for name in ["risk.json", "risk.preprocessor.sav"] {
            let before = try folder.read("models/\(name)")
            let error = await failure { () throws(ServiceError) in
                try await service.train(ServiceFolder.trainRequest(name)) { _ in
                    Issue.record("the work has begun")
                    return true
                }
            }
            let message = try #require(conflict(error))
            #expect(message.hasPrefix("\(name) in this folder"))
            #expect(message.contains("choose another name"))
            #expect(try folder.read("models/\(name)") == before)
        }
        try await expectRiskIsWhole(folder)
    }

    @Test("models with the names of manifests and of generations leave a model alone")
    func modelsWithTheNamesOfManifestsAndGenerationsLeaveAModelAlone() async throws {
        let (folder, service) = try await trained()
        let generation = try await service.versions(of: "risk", in: ServiceFolder.models)[1]
            .generation
        for name in [
            "risk.manifest", "risk.\(generation)", "risk.manifest.\(generation)",
            "risk.json.\(generation)", "manifest", "published", generation,
        ] {
            _ = try await service.train(ServiceFolder.trainRequest(name, rounds: 1))
            #expect(try await service.model(.named(name)).treeCount == 1)
            try await expectRiskIsWhole(folder)
        }
    }

    @Test("a model called as the data leaves the data of its folder alone")
    func aModelCalledAsTheDataLeavesTheDataAlone() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        let data = StorageLocation.local(path: "data")
        func train(_ name: String) async throws -> ServiceError? {
            let request = TrainRequest(
                data: data,
                model: data,
                modelName: name,
                parameters: ServiceFolder.trainRequest(name).parameters
            )
            return await failure { () throws(ServiceError) in
                try await service.train(request)
            }
        }
        #expect(try await train("data") == nil)
        #expect(try await train("data.manifest") == nil)
        for name in ["Xtrain.npy", "preprocessor.sav"] {
            #expect(conflict(try await train(name)) != nil)
        }
        #expect(try await train("risk") == nil)
        try await folder.prepare(seed: 2)
        #expect(try await service.versions(of: "data", in: data).count == 1)
    }

    @Test("a file of someone else is never overwritten")
    func aFileOfSomeoneElseIsNeverOverwritten() async throws {
        let (folder, service) = try await trained()
        let root = StorageLocation.local(path: ".")
        let request = TrainRequest(
            data: StorageLocation.local(path: "data"),
            model: root,
            modelName: "applications.csv",
            parameters: ServiceFolder.trainRequest().parameters
        )
        let table = try folder.read("applications.csv")
        let error = await failure { () throws(ServiceError) in try await service.train(request) }
        #expect(conflict(error)?.hasPrefix("applications.csv in this folder") == true)
        #expect(try folder.read("applications.csv") == table)
        try folder.write("other/Xtest.npy", [1])
        let data = DataRequest(
            source: StorageLocation.local(path: "applications.csv"),
            target: StorageLocation.local(path: "other"),
            size: 100
        )
        let refusal = await failure { () throws(ServiceError) in
            try await service.prepareData(data)
        }
        #expect(conflict(refusal)?.contains("choose another folder") == true)
        #expect(try folder.files("other") == ["Xtest.npy"])
    }

    @Test("a folder in the place of the model's copy does not fail a training")
    func aFolderInThePlaceOfTheModelDoesNotFailATraining() async throws {
        let (folder, _) = try await trained()
        try folder.write("models/wide/file", [1])
        let logged = Mutex<[String]>([])
        let service = try folder.service { message in
            logged.withLock { $0.append(message) }
        }
        _ = try await service.train(ServiceFolder.trainRequest("wide", rounds: 3))
        #expect(logged.withLock { $0.contains("an operation succeeded with a warning") })
        #expect(try await service.versions(of: "wide", in: ServiceFolder.models).count == 1)
        #expect(try await service.model(.named("wide")).treeCount == 3)
    }

    @Test("the next load reports a model file that was changed in place, and keeps it")
    func aModelFileThatWasChangedInPlaceIsReported() async throws {
        let (folder, _) = try await trained()
        let logged = Mutex<[String]>([])
        let service = try folder.service { message in
            logged.withLock { $0.append(message) }
        }
        func warnings() -> Int {
            logged.withLock { $0.count { $0 == "a file is not what is served" } }
        }
        let served = try await service.served.load(.named("risk"))
        #expect(warnings() == 0)
        let other = try folder.read("models/risk.json")
        try folder.write("models/risk", other)
        let again = try await service.served.load(.named("risk"))
        #expect(warnings() == 1)
        #expect(again.version == served.version)
        #expect(again.treeCount == 4)
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest("risk"))
        }
        #expect(conflict(error) != nil)
        #expect(try folder.read("models/risk") == other)
    }

    @Test("a training reports a matrix that was changed in place and that it does not read")
    func aMatrixThatWasChangedInPlaceIsReported() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let logged = Mutex<[String]>([])
        let service = try folder.service { message in
            logged.withLock { $0.append(message) }
        }
        func warnings() -> Int {
            logged.withLock { $0.count { $0 == "an operation succeeded with a warning" } }
        }
        _ = try await service.train(ServiceFolder.trainRequest())
        #expect(warnings() == 0)
        var matrix = try folder.read("data/Xtrain.npy")
        matrix[matrix.count - 1] ^= 1
        try folder.write("data/Xtrain.npy", matrix)
        _ = try await service.train(ServiceFolder.trainRequest())
        #expect(warnings() == 1)
    }

    @Test("the copies of one format stay known while another one is written")
    func aFormatThatWasWrittenBeforeIsWrittenAgain() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        for format in [MatrixFormat.csv, .csv, .csv, .npy] {
            let request = ServiceFolder.dataRequest(seed: 2, format: format)
            #expect(try await service.prepareData(request).warnings == [])
        }
    }

    @Test("an object is not written into a reserved folder")
    func anObjectIsNotWrittenIntoAReservedFolder() async throws {
        let (folder, service) = try await trained()
        let file = try FileHandle(
            forReadingFrom: folder.folder.url.appendingPathComponent("applications.csv")
        )
        let path = "models/.loan-default/models/risk/manifest"
        let before = try folder.read(path)
        let location = StorageLocation.local(path: path)
        #expect(throws: ServiceError.self) {
            try service.objects.write(location, contentsOf: file)
        }
        #expect(try folder.read(path) == before)
    }
}
