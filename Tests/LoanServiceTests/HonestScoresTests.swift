// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import LoanArtifact
import LoanModel
import LoanService
import ObjectStorage
import Synchronization
import TestSupport
import Testing

/// The scores that a training reports are those of applications it never saw: applications that are
/// kept away from preparation and training altogether get the same.
@Suite struct HonestScoresTests {
    /// The public data file, where a developer has it.
    private static let realData = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_DATA"]
        .flatMap { $0.isEmpty ? nil : $0 }
    private static let realDataMissing: Comment =
        "LOAN_DEFAULT_TEST_DATA names no credit-risk CSV file"

    /// Means over a few divisions: the AUC of 6,000 applications alone has a standard error of
    /// 0.004.
    private struct Means {
        var auc = 0.0
        var brier = 0.0

        mutating func add(_ scores: ClassificationScores, of count: Int) throws {
            auc += scores.auc / Double(count)
            brier += try #require(scores.brier) / Double(count)
        }
    }

    @Test(
        "a quarter of the real applications, kept away, get the reported AUC and Brier score",
        .enabled(if: realData != nil, realDataMissing),
        arguments: [(1, 500, 5), (400_000, 150, 2)]
    )
    func realApplicationsThatWereKeptAwayGetTheReportedScores(
        size: Int,
        rounds: Int,
        divisions: Int
    ) async throws {
        let table = try String(contentsOfFile: try #require(Self.realData), encoding: .utf8)
        try await expectHonestScores(
            ofTable: table,
            size: size,
            rounds: rounds,
            divisions: divisions,
            within: (auc: 0.015, brier: 0.01)
        )
    }

    /// Invented outcomes are drawn, so that remembering an application is worth much: where copies
    /// are on both sides, the reported AUC is far too good.
    @Test(
        "invented applications that were kept away get the reported scores",
        arguments: [1, 40_000]
    )
    func inventedApplicationsThatWereKeptAwayGetTheReportedScores(size: Int) async throws {
        let csv = SampleApplications(rows: 8_000, seed: 3).csv()
        // Some applications are there three times.
        let lines = String(decoding: csv, as: UTF8.self).split(separator: "\n")
        let table = (lines + lines.suffix(1_000) + lines.suffix(1_000)).joined(separator: "\n")
        try await expectHonestScores(
            ofTable: table,
            size: size,
            rounds: 60,
            divisions: 4,
            within: (auc: 0.02, brier: 0.01)
        )
    }

    private func expectHonestScores(
        ofTable table: String,
        size: Int,
        rounds: Int,
        divisions: Int,
        within limits: (auc: Double, brier: Double)
    ) async throws {
        var (reported, away) = (Means(), Means())
        for seed in 1...UInt64(divisions) {
            let scores = try await scores(ofTable: table, size: size, rounds: rounds, seed: seed)
            #expect(scores.reported.areOfUnseenRows)
            try reported.add(scores.reported, of: divisions)
            try away.add(scores.away, of: divisions)
        }
        #expect(abs(reported.auc - away.auc) <= limits.auc, "\(reported) against \(away)")
        #expect(abs(reported.brier - away.brier) <= limits.brier, "\(reported) against \(away)")
    }

    /// Keeps a quarter of the distinct rows away, prepares and trains on the others.
    private func scores(
        ofTable table: String,
        size: Int,
        rounds: Int,
        seed: UInt64
    ) async throws -> (reported: ClassificationScores, away: ClassificationScores) {
        let lines = table.split(separator: "\n").map(String.init)
        let header = try #require(lines.first)
        var generator = SeededGenerator(seed: seed)
        var isAway: [String: Bool] = [:]
        for line in lines.dropFirst() where isAway[line] == nil {
            isAway[line] = Int.random(in: 0..<4, using: &generator) == 0
        }
        func csv(away: Bool) -> [UInt8] {
            let rows = lines.dropFirst().filter { isAway[$0] == away }
            return Array(([header] + rows).joined(separator: "\n").utf8)
        }
        let folder = try ServiceFolder()
        try folder.write("applications.csv", csv(away: false))
        let service = try folder.service()
        _ = try await service.prepareData(ServiceFolder.dataRequest(seed: seed, size: size))
        let trained = try await service.train(
            ServiceFolder.trainRequest(rounds: rounds, maxDepth: 10)
        )
        return (try #require(trained.scores.classes), try score(csv(away: true), folder))
    }

    /// Scores applications with what was stored.
    private func score(_ csv: [UInt8], _ folder: ServiceFolder) throws -> ClassificationScores {
        let table = try CSVReader.table(csv, schema: .creditRisk, labels: .required)
        let model = try ModelArtifact(decoding: folder.read("models/model.joblib"))
        let preprocessor = try PreprocessorArtifact.decode(folder.read("data/preprocessor.sav"))
        let probabilities = try CompiledForest(try Forest(artifact: model)).scores(
            try preprocessor.transform(table).flatMap { $0 },
            layout: .columnMajor(
                rowCount: table.rowCount,
                columnCount: preprocessor.columnCount
            )
        )
        let labels = try #require(table.labels).map { Float($0) }
        return ClassificationScores(
            labels: labels.span,
            probabilities: probabilities.span,
            areOfUnseenRows: true
        )
    }

    @Test func dataOfEarlierReleasesIsTrainedOnWithAWarning() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        try replaceNotes(folder, with: [:])
        let messages = Mutex<[String]>([])
        let service = try folder.service { message in messages.withLock { $0.append(message) } }
        let trained = try await service.train(ServiceFolder.trainRequest())
        let scores = try #require(trained.scores.classes)
        #expect(!scores.areOfUnseenRows)
        #expect(scores.weightedAverage.support == 375)
        #expect(try #require(scores.warning).contains("may be too good"))
        let logged = messages.withLock { $0 }
        #expect(logged.contains { $0.contains("an operation succeeded with a warning") })
        // The warning stays with the model.
        let stored = try ModelArtifact(decoding: folder.read("models/model.joblib"))
        #expect(stored.scores == .classes(scores))
    }

    @Test func onlyRowsOfTheTableAreMeasured() async throws {
        let folder = try ServiceFolder()
        try folder.write("applications.csv", SampleApplications(rows: 1_500, seed: 4).csv())
        let service = try folder.service()
        let prepared = try await service.prepareData(ServiceFolder.dataRequest(size: 12_000))
        #expect(prepared.trainRows == 9_000)
        #expect(prepared.testRows == 3_000)
        #expect(prepared.unseenTestRows == 375)
        let trained = try await service.train(ServiceFolder.trainRequest())
        let scores = try #require(trained.scores.classes)
        #expect(scores.warning == nil)
        #expect(scores.weightedAverage.support == 375)
        let stored = try ModelArtifact(decoding: folder.read("models/model.joblib"))
        let bins = try #require(stored.evaluation).histogram
        #expect(bins.reduce(0) { $0 + $1.defaults + $1.nonDefaults } == 375)
    }

    @Test(
        "a manifest that names no such rows is refused by name",
        arguments: ["", "0", "-1", "376", "many", "9223372036854775808"]
    )
    func aManifestThatNamesNoSuchRowsIsRefused(note: String) async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        try replaceNotes(folder, with: ["test.unseen.rows": note])
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest())
        }
        guard case .conflict(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let start = "data.manifest: the manifest does not say how many of the 375 rows"
        #expect(problem.message.hasPrefix(start), "\(problem.message)")
    }

    private func replaceNotes(_ folder: ServiceFolder, with notes: [String: String]) throws {
        let manifest = try Manifest(text: folder.read("data/.loan-default/prepared/data/manifest"))
        let other = Manifest(
            generation: manifest.generation,
            entries: manifest.entries,
            metadata: notes
        )
        try folder.write("data/.loan-default/prepared/data/manifest", other.text)
    }

    @Test func aTableOfOneApplicationIsRefusedInWords() async throws {
        let folder = try ServiceFolder()
        let lines = String(
            decoding: SampleApplications(rows: 1, seed: 4).csv(),
            as: UTF8.self
        ).split(separator: "\n").map(String.init)
        let table = [lines[0]] + [String](repeating: lines[1], count: 40)
        try folder.write("applications.csv", Array(table.joined(separator: "\n").utf8))
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.prepareData(ServiceFolder.dataRequest())
        }
        guard case .invalid(let problems)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problems.first?.message.contains("one application only, in 40 equal rows") == true)
    }
}
