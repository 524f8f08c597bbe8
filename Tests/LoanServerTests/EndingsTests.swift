// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import LoanTraining
import Logging
import Synchronization
import TestSupport
import Testing

/// One operation has one ending, whoever calls it: once storage has changed it is a success, with
/// warnings; before that it is refused and changes nothing.
@Suite struct EndingsTests {
    /// An operation, what is wrong with it, and how it ends.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let refusal: Ending.Refusal
        let ask: @Sendable (BothTransports, Transport) async throws -> Ending

        init(
            _ description: String,
            _ refusal: Ending.Refusal,
            _ ask: @escaping @Sendable (BothTransports, Transport) async throws -> Ending
        ) {
            testDescription = description
            self.refusal = refusal
            self.ask = ask
        }

        static let all = [
            Case("data of a table that is not there", .missing) {
                try await $0.prepare(over: $1, source: "absent.csv")
            },
            Case("data from outside of the root", .invalid) {
                try await $0.prepare(over: $1, source: "../a.csv")
            },
            Case("data of a folder", .invalid) { try await $0.prepare(over: $1, source: "data") },
            Case("data of labels that are all equal", .conflict) {
                try await $0.prepare(over: $1, source: "equal.csv")
            },
            Case("data of something else", .invalid) {
                try await $0.prepare(over: $1, source: "noise.csv")
            },
            Case("a training without data", .missing) {
                try await $0.train(over: $1, data: "absent")
            },
            Case("a training out of range", .invalid) { try await $0.train(over: $1, depth: 999) },
            Case("a training out of range and without data", .invalid) {
                try await $0.train(over: $1, data: "absent", depth: 999)
            },
            Case("a training of a name that cannot be", .invalid) {
                try await $0.train(over: $1, "model@joblib")
            },
            Case("a training outside of the root", .invalid) {
                try await $0.train(over: $1, model: "/elsewhere")
            },
            Case("a load of what is not there", .missing) { try await $0.load(over: $1, "absent") },
            Case("a load of a generation that is not there", .missing) {
                try await $0.load(over: $1, "model.joblib@20200101T000000Z-00000000")
            },
            Case("a load from outside of the root", .invalid) {
                try await $0.load(over: $1, model: "/elsewhere")
            },
            Case("a load with a preprocessor outside of the root", .invalid) {
                try await $0.load(over: $1, preprocessor: "/elsewhere")
            },
            Case("a load of something else", .conflict) {
                try await $0.load(over: $1, "applications.csv", model: ".")
            },
        ]
    }

    @Test func aRefusalIsTheSameOverAllTransportsAndChangesNothing() async throws {
        try await BothTransports.with { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: .http) == .done(warnings: []))
            #expect(try await server.train(over: .http) == .done(warnings: []))
            try writeTables(server)
            let before = try await server.served()
            for test in Case.all {
                var endings: [Ending] = []
                for transport in Transport.allCases {
                    endings.append(try await test.ask(server, transport))
                }
                #expect(endings.map(\.refusal) == [test.refusal, test.refusal], "\(test)")
                guard case .refused(_, let http) = endings[0],
                    case .refused(_, let rpc) = endings[1]
                else { continue }
                let problem = Self.withoutField(http)
                #expect(!problem.isEmpty && rpc.hasSuffix(problem), "\(test): \(http) and \(rpc)")
                let name = rpc.dropLast(problem.count)
                let isNamed = Self.namesOfTheRPC.contains { name == "\($0): " }
                #expect(isNamed || name.isEmpty && problem == http, "\(test): \(http) and \(rpc)")
            }
            #expect(try await server.served() == before)
        }
    }

    /// As the specification of the RPC lists them.
    private static let namesOfTheRPC = [
        "source", "target", "data", "model", "preprocessor", "bucket", "model_name", "parameters",
    ]

    /// A sentence of HTTP without the field of JSON that begins it: each transport has a name of its
    /// own for what is wrong.
    private static func withoutField(_ sentence: String) -> Substring {
        let parts = sentence.split(separator: ": ", maxSplits: 1)
        let isNamed = parts.count == 2 && RequestField(rawValue: String(parts[0])) != nil
        return isNamed ? parts[1] : sentence[...]
    }

    /// Tables that no model can be made of.
    private func writeTables(_ server: BothTransports) throws {
        let text = String(decoding: SampleApplications(rows: 300, seed: 1).csv(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let label = try #require(lines[0].split(separator: ",").firstIndex(of: "loan_status"))
        let equal = lines.dropFirst().map { line in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false)
            fields[label] = "0"
            return fields.joined(separator: ",")
        }
        let table = ([String(lines[0])] + equal).joined(separator: "\n")
        let root = server.storage.url
        try Data(table.utf8).write(to: root.appendingPathComponent("equal.csv"))
        try Data("a,b\n1,2\n".utf8).write(to: root.appendingPathComponent("noise.csv"))
    }

    @Test(arguments: Transport.allCases)
    func aTrainedModelWithoutRoomIsASuccessWithAWarning(transport: Transport) async throws {
        var storage = StorageConfiguration()
        storage.models.countMax = 1
        try await BothTransports.with(storage: storage) { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: transport) == .done(warnings: []))
            #expect(try await server.train(over: transport, "first") == .done(warnings: []))
            let warnings = try #require(
                try await server.train(over: transport, "second").warnings
            )
            let warning = try #require(warnings.first)
            #expect(warnings.count == 1)
            for part in ["second is stored", "--models-max", "Load second again"] {
                #expect(warning.contains(part), "\(warning)")
            }
            #expect(server.service.served.names == ["first"])
            // It is there all the same, and the way on leads to it.
            let models = StorageLocation.local(path: "models")
            #expect(try await server.service.versions(of: "second", in: models).count == 1)
            #expect(try await server.load(over: transport, "second").refusal == .exhausted)
            try server.service.served.unload("first")
            #expect(try await server.load(over: transport, "second") == .done(warnings: []))
            // A newer version of what is served takes its place.
            #expect(try await server.train(over: transport, "second", rounds: 9).warnings == [])
            #expect(try server.service.served.model("second").treeCount == 9)
        }
    }

    @Test(arguments: Transport.allCases)
    func aCopyThatCannotBeUpdatedIsAWarning(transport: Transport) async throws {
        try await BothTransports.with { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: transport) == .done(warnings: []))
            // Something else lies where the copy for other tools belongs.
            try FileManager.default.createDirectory(
                atPath: server.storage.path("models/model.joblib.json/more"),
                withIntermediateDirectories: true
            )
            for rounds in [3, 4] {
                let warnings = try #require(
                    try await server.train(over: transport, rounds: rounds).warnings
                )
                #expect(warnings.count == 1)
                #expect(warnings.first?.contains("model.joblib.json") == true, "\(warnings)")
                #expect(try server.service.served.model("model.joblib").treeCount == rounds)
            }
            let rollback = try await server.http.post("/models/model.joblib/rollback", "")
            #expect(try Ending(http: rollback).warnings?.count == 1, "\(rollback.text)")
            #expect(try server.service.served.model("model.joblib").treeCount == 3)
        }
    }

    @Test func aRollbackThatCannotBeServedIsASuccessWithAWarning() async throws {
        var storage = StorageConfiguration()
        storage.models.countMax = 1
        try await BothTransports.with(storage: storage) { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: .http) == .done(warnings: []))
            for rounds in [3, 4] {
                #expect(
                    try await server.train(over: .http, "second", rounds: rounds).warnings == []
                )
            }
            try server.service.served.unload("second")
            #expect(try await server.train(over: .http, "first").warnings == [])
            let rollback = try await server.http.post("/models/second/rollback", "")
            #expect(rollback.status == 200, "\(rollback.text)")
            let warnings = try #require(try Ending(http: rollback).warnings)
            let warning = try #require(warnings.first)
            #expect(warnings.count == 1)
            for part in ["second is stored and current", "--models-max", "Load second again"] {
                #expect(warning.contains(part), "\(warning)")
            }
            #expect(server.service.served.names == ["first"])
            let models = StorageLocation.local(path: "models")
            let versions = try await server.service.versions(of: "second", in: models)
            #expect(versions.map(\.isCurrent) == [false, true])
            try server.service.served.unload("first")
            #expect(try await server.load(over: .rpc, "second") == .done(warnings: []))
            #expect(try server.service.served.model("second").treeCount == 3)
        }
    }

    @Test func aRollbackToADamagedVersionChangesNothing() async throws {
        try await BothTransports.with { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: .http) == .done(warnings: []))
            for rounds in [3, 4] {
                #expect(try await server.train(over: .http, rounds: rounds).warnings == [])
            }
            let models = StorageLocation.local(path: "models")
            let versions = try await server.service.versions(of: "model.joblib", in: models)
            try damage(versions[1].generation, in: server.storage)
            let rollback = try await server.http.post("/models/model.joblib/rollback", "")
            #expect(rollback.status == 409, "\(rollback.text)")
            #expect(rollback.text.contains("model.joblib"), "\(rollback.text)")
            #expect(try server.service.served.model("model.joblib").treeCount == 4)
            let after = try await server.service.versions(of: "model.joblib", in: models)
            #expect(after.first { $0.isCurrent }?.generation == versions[0].generation)
        }
    }

    /// Flips a bit of the stored model of a generation, wherever it lies.
    private func damage(_ generation: String, in storage: TemporaryFolder) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: storage.url.path)
        let others = ["manifest", ".json", "preprocessor"]
        let path = try #require(
            files.first { path in
                [generation, "model.joblib"].allSatisfy { path.contains($0) }
                    && !others.contains { path.contains($0) }
                    && (try? Data(contentsOf: storage.file(path))) != nil
            }
        )
        var bytes = try Data(contentsOf: storage.file(path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: storage.file(path))
    }

    /// What ends a training before its model is stored.
    enum Interruption: CaseIterable { case cancelled, overtaken, stopped }

    @Test(arguments: Transport.allCases, Interruption.allCases)
    func aTrainingThatEndsEarlyLeavesTheOldModel(
        transport: Transport,
        interruption: Interruption
    ) async throws {
        try await BothTransports.with { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: transport) == .done(warnings: []))
            #expect(try await server.train(over: transport) == .done(warnings: []))
            var before = try await server.served()
            let running = try await RunningTraining(server, transport)
            switch interruption {
            case .cancelled: try await running.cancel()
            case .stopped: server.service.stopWork()
            case .overtaken:
                let other = try LoanService(
                    storageRoot: server.storage.url.path,
                    environment: ["AWS_EC2_METADATA_DISABLED": "true"],
                    threadCount: 1,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                _ = try await other.train(RunningTraining.request(rounds: 7))
                #expect(try await server.load(over: transport) == .done(warnings: []))
                before = try await server.served()
                #expect(before.versions.count == 2)
            }
            let expected: Ending.Refusal =
                switch interruption {
                case .cancelled: .cancelled
                case .overtaken: .conflict
                case .stopped: .unavailable
                }
            #expect(try await running.ending().refusal == expected)
            #expect(try await server.served() == before)
        }
    }

    @Test(arguments: Transport.allCases)
    func newDataChangesNothingOfWhatIsServed(transport: Transport) async throws {
        try await BothTransports.with { server in
            try server.writeApplications()
            #expect(try await server.prepare(over: transport) == .done(warnings: []))
            #expect(try await server.train(over: transport) == .done(warnings: []))
            let before = try await server.served()
            let loading = try server.service.served.model("model.joblib").generation
            // Other rows, and categories that the model has never seen.
            try server.writeApplications(rows: 500, seed: 77)
            let table = server.storage.file("applications.csv")
            let text = try String(contentsOf: table, encoding: .utf8)
            try Data(text.replacing("RENT", with: "LEASE").utf8).write(to: table)
            #expect(try await server.prepare(over: transport, seed: 9) == .done(warnings: []))
            #expect(try await server.served() == before)
            #expect(try server.service.served.model("model.joblib").generation == loading)
            #expect(try await server.load(over: transport) == .done(warnings: []))
            #expect(try await server.load(over: transport, preprocessor: "absent").warnings == [])
            #expect(try await server.served() == before)
            // The next training takes the new categories.
            #expect(try await server.train(over: transport) == .done(warnings: []))
            let after = try await server.served()
            #expect(after.schemaID != before.schemaID)
            #expect(after.http != before.http)
        }
    }
}

extension TemporaryFolder {
    fileprivate func file(_ path: String) -> URL { url.appendingPathComponent(path) }
}
