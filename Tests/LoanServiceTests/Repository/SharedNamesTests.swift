// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanArtifact
import LoanModel
import LoanService
import Observability
import TestSupport
import Testing

/// Names that several services on one storage root serve alike.
@Suite struct SharedNamesTests {
    private static let list = ".loan-default/shared/names.json"

    private struct Fleet {
        let folder: ServiceFolder

        init() throws {
            folder = try ServiceFolder()
            let model = try TestModel.shared.get()
            for name in ["model.joblib", "other"] {
                try folder.write("models/\(name)", model.xgboost)
            }
            try folder.write("elsewhere/model.joblib", model.xgboost)
            try folder.write(
                "data/preprocessor.sav",
                PreprocessorArtifact.encode(model.preprocessor, producer: "a test")
            )
        }

        /// Another server.
        func service(
            interval: Duration = .milliseconds(50),
            metrics: MetricsRegistry = MetricsRegistry()
        ) throws -> LoanService {
            var storage = StorageConfiguration()
            storage.models.revalidationInterval = interval
            storage.shared = StorageLocation.local(path: ".")
            return try folder.service(metrics: metrics, storage: storage)
        }
    }

    private func place(_ folder: String, _ name: String = "model.joblib") -> ModelReference {
        ModelReference(
            model: StorageLocation.local(path: folder),
            name: name,
            preprocessor: StorageLocation.local(path: "data")
        )
    }

    @Test func aNameThatAnotherServerLoadedIsFoundAtOnce() async throws {
        let fleet = try Fleet()
        let (first, second) = (try fleet.service(), try fleet.service())
        #expect(try await first.serve(place("models")).warnings.isEmpty)
        #expect(throws: ServiceError.self) { try second.served.model("model.joblib") }
        #expect(try await second.find("model.joblib"))
        #expect(try second.served.model("model.joblib").treeCount == 3)
        #expect(try await second.find("absent") == false)
    }

    @Test func aModelWithoutAPreprocessorIsFoundAsItWasNamed() async throws {
        let fleet = try Fleet()
        try fleet.folder.write("brought/model.json", TestModel.shared.get().xgboost)
        let (first, second) = (try fleet.service(), try fleet.service())
        let reference = ModelReference(
            model: .local(path: "brought"),
            name: "mine",
            preprocessor: nil,
            takesOnlyModel: true
        )
        #expect(try await first.serve(reference).warnings.isEmpty)
        #expect(try await second.find("mine"))
        #expect(try second.served.status(of: "mine").reference == reference)
        #expect(try !second.served.model("mine").isPrepared)
    }

    /// A look at the list takes a while, in which another caller's search may end.
    @Test func everyoneWhoAsksWhileANameIsBeingLoadedFindsIt() async throws {
        let fleet = try Fleet()
        let (first, second) = (try fleet.service(), try fleet.service())
        #expect(try await first.serve(place("models")).warnings.isEmpty)
        await withTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    try? await Task.sleep(for: .microseconds(number * 100))
                    let isFound = try? await second.find("model.joblib")
                    #expect(isFound == true)
                }
            }
        }
    }

    @Test func changesReachAServerThatIsNotAsked() async throws {
        let fleet = try Fleet()
        let (first, second) = (try fleet.service(), try fleet.service())
        let fresh = Task { await second.keepModelsFresh() }
        defer { fresh.cancel() }
        _ = try await first.serve(place("models"))
        try await eventually { second.served.names == ["model.joblib"] }
        _ = try await first.serve(place("elsewhere"))
        try await eventually {
            try second.served.status(of: "model.joblib").reference == place("elsewhere")
        }
        _ = try await first.unload("model.joblib")
        try await eventually { second.served.names.isEmpty }
    }

    @Test func manyCallersWithUnknownNamesCauseFewLooks() async throws {
        let fleet = try Fleet()
        let registry = MetricsRegistry()
        let service = try fleet.service(metrics: registry)
        func looks() -> Int {
            registry.text.split(separator: "\n").filter {
                $0.hasPrefix("loan_default_storage_calls_total{") && $0.contains("call=\"get\"")
            }.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
        }
        let began = ContinuousClock.now
        /// The most looks that the time since the beginning allows.
        func most(every interval: Duration) -> Int {
            3 + Int((ContinuousClock.now - began) / interval)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<200 {
                tasks.addTask {
                    #expect((try? await service.find("absent\(number)")) == false)
                }
            }
        }
        let count = looks()
        #expect((1...most(every: SharedNames.lookInterval)).contains(count), "\(count)")
        for _ in 0..<50 { #expect(try await service.find("absent7") == false) }
        #expect(looks() <= count + most(every: SharedNames.absentTime))
        let names = try #require(service.names)
        // Where the name was forgotten meanwhile, it is looked for again.
        try await eventually { !names.beginFinding("absent7") }
        #expect(names.beginFinding("absent"))
    }

    @Test(arguments: ["", ".", "a/b", "a@b", String(repeating: "a", count: 129)])
    func whatIsNoNameIsNotLookedFor(name: String) async throws {
        let service = try Fleet().service()
        #expect(try await service.find(name) == false)
        let names = try #require(service.names)
        #expect(!names.beginFinding(name))
    }

    @Test func aModelThatIsUnloadedWhileTheListCannotBeWrittenStaysOut() async throws {
        let fleet = try Fleet()
        let service = try fleet.service()
        _ = try await service.serve(place("models"))
        let list = try fleet.folder.read(Self.list)
        try fleet.folder.write(Self.list, Array(#"{"format": 7}"#.utf8))
        #expect(try await service.unload("model.joblib").count == 1)
        #expect(try await service.find("model.joblib") == false)
        #expect(service.served.names.isEmpty)
        try fleet.folder.write(Self.list, list)
        #expect(try await service.serve(place("models")).warnings.isEmpty)
        #expect(service.served.names == ["model.joblib"])
    }

    @Test func aModelThatAnotherServerUnloadedLoadsByItsName() async throws {
        let fleet = try Fleet()
        let first = try fleet.service()
        try await first.serveFromStart(place("models"))
        _ = try await first.unload("model.joblib")
        let second = try fleet.service()
        try await second.serveFromStart(place("models"))
        #expect(try await second.serve(named: "model.joblib").warnings.isEmpty)
        #expect(second.served.names == ["model.joblib"])
        await #expect(throws: ServiceError.self) { try await second.serve(named: "other") }
    }

    @Test func aGenerationIsLookedForByTheNameOfItsModel() async throws {
        let fleet = try Fleet()
        let (first, second) = (try fleet.service(), try fleet.service())
        _ = try await first.serve(place("models"))
        #expect(try await second.find("model.joblib@20261124T005500Z-1f2e3d4c"))
        #expect(second.served.names == ["model.joblib"])
    }

    @Test func changesOfManyServersAtATimeAreAllKept() async throws {
        let fleet = try Fleet()
        let model = try TestModel.shared.get()
        for number in 0..<8 { try fleet.folder.write("models/m\(number)", model.xgboost) }
        let services = try (0..<4).map { _ in try fleet.service() }
        try await withThrowingTaskGroup(of: [String].self) { tasks in
            for number in 0..<8 {
                tasks.addTask {
                    try await services[number % 4].serve(place("models", "m\(number)")).warnings
                }
            }
            for try await warnings in tasks { #expect(warnings.isEmpty) }
        }
        let late = try fleet.service()
        for number in 0..<8 { _ = try await late.find("m\(number)") }
        #expect(late.served.names == (0..<8).map { "m\($0)" })
    }

    /// More at a time than the list has places for, so that some of them wait.
    @Test func theOthersLearnOfChangesWhoseCallersHaveGone() async throws {
        let fleet = try Fleet()
        let model = try TestModel.shared.get()
        let names = (0..<16).map { "m\($0)" }
        let service = try fleet.service()
        for name in names {
            try fleet.folder.write("models/\(name)", model.xgboost)
            _ = try await service.serve(place("models", name))
        }
        try await withThrowingTaskGroup(of: [String].self) { tasks in
            for name in names {
                tasks.addTask {
                    withUnsafeCurrentTask { task in task?.cancel() }
                    return try await service.unload(name)
                }
            }
            for try await warnings in tasks { #expect(warnings.isEmpty) }
        }
        let late = try fleet.service()
        for name in names { _ = try await late.find(name) }
        #expect(late.served.names.isEmpty)
    }

    @Test func aModelOfTheStartStaysUnloadedUntilItIsLoadedOrDeclaredElsewhere() async throws {
        let fleet = try Fleet()
        let first = try fleet.service()
        try await first.serveFromStart(place("models"))
        _ = try await first.unload("model.joblib")
        let second = try fleet.service()
        try await second.serveFromStart(place("models"))
        #expect(second.served.names.isEmpty)
        let third = try fleet.service()
        try await third.serveFromStart(place("elsewhere"))
        #expect(third.served.names == ["model.joblib"])
        _ = try await third.serve(place("models"))
        let fourth = try fleet.service()
        try await fourth.serveFromStart(place("elsewhere"))
        let reference = try fourth.served.status(of: "model.joblib").reference
        #expect(reference == place("models"))
    }

    @Test func whatIsNoListIsReportedAndNotOverwritten() async throws {
        let fleet = try Fleet()
        let bytes = Array(#"{"format": 7}"#.utf8)
        try fleet.folder.write(Self.list, bytes)
        let service = try fleet.service()
        let (model, warnings) = try await service.serve(place("models"))
        #expect(model.treeCount == 3)
        #expect(warnings.first?.contains("names.json is not a list of names") == true)
        #expect(try fleet.folder.read(Self.list) == bytes)
        #expect(try await service.find("other") == false)
    }

    @Test func aListReachesNothingOutsideOfTheStorageRoot() async throws {
        let fleet = try Fleet()
        let list = """
            {"format": 1, "names": {"model.joblib": {"places": {"model": {"path": "../models"},
             "preprocessor": {"path": "data"}}, "isServed": true, "changed": 1, "stamp": "a"}}}
            """
        try fleet.folder.write(Self.list, Array(list.utf8))
        let service = try fleet.service()
        #expect(try await service.find("model.joblib"))
        #expect(service.served.names.isEmpty)
    }

    @Test func aTableIsNotReadFromWhatServersShare() async throws {
        let fleet = try Fleet()
        let request = DataRequest(
            source: StorageLocation.local(path: Self.list),
            target: StorageLocation.local(path: "data"),
            size: 10,
            seed: 1,
            format: .npy
        )
        let service = try fleet.service()
        #expect(throws: ServiceError.self) { try service.check(request) }
    }
}
