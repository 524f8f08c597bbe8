// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import ObjectStorage
import TestSupport
import Testing

/// What preparation and training refuse.
@Suite struct PreparedDataTests {
    private func train(_ folder: ServiceFolder) async throws -> ServiceError? {
        let service = try folder.service()
        return await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest())
        }
    }

    private func prepare(csv: [UInt8]) async throws -> ServiceError? {
        let folder = try ServiceFolder()
        try folder.write("applications.csv", csv)
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.prepareData(ServiceFolder.dataRequest())
        }
        if error != nil {
            #expect(!FileManager.default.fileExists(atPath: folder.folder.path("data")))
        }
        return error
    }

    /// Stores the prepared parts again, some of them under the names of others.
    private func store(
        _ folder: ServiceFolder,
        exchanging names: [String: String]
    ) throws {
        let parts = ["Xtrain.npy", "ytrain.npy", "Xtest.npy", "ytest.npy", "preprocessor.sav"]
        try store(
            folder,
            try parts.map { ($0, try folder.read("data/\(names[$0] ?? $0)")) }
        )
    }

    private func store(_ folder: ServiceFolder, _ parts: [(String, [UInt8])]) throws {
        let store = try LocalStore(root: folder.folder.url.path)
        let deadline = ContinuousClock.now + .seconds(60)
        var writer = try ArtifactWriter(
            ArtifactLocation(
                folder: "data",
                kind: .prepared,
                name: "data",
                main: "preprocessor.sav"
            ),
            generation: Generation(secondsSince1970: 2_000_000_000, random: 1),
            in: store,
            deadline: deadline
        )
        for (name, bytes) in parts {
            try writer.write(name, from: ObjectSource(bytes), deadline: deadline)
        }
        _ = try writer.commit(deadline: deadline)
    }

    @Test("A18: labels of other rows are refused") func labelsOfOtherRowsAreRefused() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        try store(folder, exchanging: ["ytrain.npy": "ytest.npy"])
        guard case .conflict(let problem)? = try await train(folder) else {
            Issue.record("trained")
            return
        }
        #expect(problem.message.contains("ytrain"))
        #expect(!FileManager.default.fileExists(atPath: folder.folder.path("models/model.joblib")))
    }

    @Test("O06: a CSV of more rows or columns than memory was reserved for is not read to its end")
    func aCSVOfMoreThanWasReservedIsNotReadToItsEnd() async throws {
        let row = Array(repeating: "0", count: 26).joined(separator: ",") + "\n"
        let wide = Array(repeating: "0", count: 27).joined(separator: ",") + "\n"
        for (more, words) in [
            (String(repeating: row, count: 20), "more than 1132 rows"), (wide, "27"),
        ] {
            let folder = try ServiceFolder()
            try folder.write("applications.csv", SampleApplications(rows: 1_500, seed: 4).csv())
            _ = try await folder.service().prepareData(ServiceFolder.dataRequest(format: .csv))
            var parts: [(String, [UInt8])] = []
            for name in ["Xtrain.csv", "ytrain.csv", "Xtest.csv", "ytest.csv", "preprocessor.sav"] {
                let bytes = try folder.read("data/\(name)")
                parts.append((name, name == "Xtrain.csv" ? bytes + Array(more.utf8) : bytes))
            }
            try store(folder, parts)
            let error = try await train(folder)
            let sentence = try #require(error).sentence
            #expect(sentence.contains("Xtrain.csv"), "\(sentence)")
            #expect(sentence.contains(words), "\(sentence)")
        }
    }

    @Test("A18: a part of another generation is data loss")
    func aPartOfAnotherGenerationIsDataLoss() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare(seed: 1)
        let other = try folder.read("data/ytrain.npy")
        try await folder.prepare(seed: 2)
        let prepared = "data/.loan-default/prepared/data"
        let manifest = String(decoding: try folder.read("\(prepared)/manifest"), as: UTF8.self)
        let generation = try #require(
            manifest.split(separator: "\n").first { $0.hasPrefix("generation ") }
        ).dropFirst("generation ".count)
        try folder.write("\(prepared)/objects/\(generation).ytrain.npy", other)
        guard case .dataLoss? = try await train(folder) else {
            Issue.record("trained")
            return
        }
    }

    @Test func dataThatWasNotPreparedIsNotFound() async throws {
        let folder = try ServiceFolder()
        try folder.write("data/Xtrain.npy", [1, 2, 3])
        guard case .notFound? = try await train(folder) else {
            Issue.record("trained")
            return
        }
    }

    @Test("A17: labels of one class are refused") func labelsOfOneClassAreRefused() async throws {
        let text = String(
            decoding: SampleApplications(rows: 200, seed: 4).csv(),
            as: UTF8.self
        )
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let label = try #require(lines[0].firstIndex(of: "loan_status"))
        let equal = lines.enumerated().map { index, cells in
            var cells = cells.map(String.init)
            if index > 0 { cells[label] = "0" }
            return cells.joined(separator: ",")
        }
        let error = try await prepare(csv: Array(equal.joined(separator: "\n").utf8))
        guard case .conflict? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "a,b\n1,2\n", "PK\u{3}\u{4}"])
    func otherFilesAreNoTables(text: String) async throws {
        let error = try await prepare(csv: Array(text.utf8))
        guard case .invalid? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
