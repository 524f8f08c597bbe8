// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import LoanModel
import LoanService
import Logging
import Machine
import TestSupport
import Testing

/// What reasons read is memory like any other: reserved while it is made, counted with its model.
@Suite struct ReasonTablesTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func scorer() throws -> Scorer {
        let model = try TestModel.shared.get()
        let forest = try CompiledForest(try Forest(xgboost: model.xgboost))
        return try Scorer(preprocessor: model.preprocessor, forest: forest)
    }

    private static func served(_ budget: MemoryBudget, _ scorer: Scorer) -> ServedModel {
        ServedModel(
            scorer: scorer,
            reasonTables: ReasonTables(budget, .named("risk"), logger: logger)
        )
    }

    /// A budget that promises as much as `bytes`, less than four more, and that nothing uses.
    private static func budget(_ bytes: Int) -> MemoryBudget {
        let ample =
            bytes + MemoryBudget(limit: 5 << 30, resident: { 0 }).ampleBytesMax
            - MemoryBudget(limit: 5 << 30, resident: { 0 }).reservableBytesMax
        return MemoryBudget(limit: (ample / 4 + 1) * 5) { 0 }
    }

    private static func rows(_ model: ServedModel) throws -> ScoringRows {
        ScoringRows(try model.applications(csv: SampleApplications(rows: 3, seed: 1).csv()))
    }

    private static func explain(_ model: ServedModel) throws -> RowContributions {
        try model.contributions(of: rows(model), rows: 0..<3, by: .features)
    }

    @Test func tablesCountWithTheModelOnceTheyAreMade() throws {
        let budget = MemoryBudget(limit: 1 << 30) { 0 }
        let model = Self.served(budget, try Self.scorer())
        let before = model.byteCount
        _ = try Self.explain(model)
        #expect(model.byteCount > before)
        #expect(budget.reservedBytes == 0)
    }

    @Test func tablesThatThereIsNoMemoryForAreRefused() throws {
        let scorer = try Self.scorer()
        let needed = scorer.contributionTablesBytesMax
        let model = Self.served(Self.budget(needed - 8), scorer)
        do throws(ServiceError) {
            _ = try model.contributions(
                of: ScoringRows(rowCount: 0, form: .prepared([])),
                rows: 0..<0,
                by: .features
            )
            Issue.record("more than the budget is promised")
        } catch {
            guard case .tooLarge = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.sentence.contains("explaining scores of risk"), "\(error.sentence)")
        }
        // Scores need no tables, and a larger budget has room for them.
        let applications = try model.applications(csv: SampleApplications(rows: 3, seed: 1).csv())
        #expect(model.probabilities(of: applications).count == 3)
        #expect(try Self.explain(Self.served(Self.budget(needed), scorer)).rowCount == 3)
    }

    @Test func callersWhoComeTogetherWaitForTheSameTables() async throws {
        let scorer = try Self.scorer()
        let budget = Self.budget(scorer.contributionTablesBytesMax)
        let model = Self.served(budget, scorer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await model.reasonTablesMade() } }
            try await group.waitForAll()
        }
        #expect(scorer.hasContributionTables)
        #expect(budget.reservedBytes == 0)
    }

    @Test func tablesMakeOtherModelsLeave() throws {
        let (first, second) = (
            ServedModel(scorer: try Self.scorer()), ServedModel(scorer: try Self.scorer())
        )
        let explained = ServedModel(scorer: try Self.scorer())
        _ = try Self.explain(explained)
        var configuration = ModelRepositoryConfiguration()
        configuration.bytesMax = first.byteCount + explained.byteCount - 1
        var cache = ModelCache(configuration)
        let tags = ModelTags(model: "1", preprocessor: "1")
        cache.insert(.init(model: first, tags: tags), for: .named("first"), due: .now)
        cache.insert(.init(model: second, tags: tags), for: .named("second"), due: .now)
        cache.trim()
        #expect(cache.count == 2)
        _ = try Self.explain(second)
        cache.trim()
        #expect(cache.count == 1 && cache.evictions == 1)
        #expect(cache.use(.named("second")) != nil)
    }

    @Test func tablesAreMadeWithTheModelWhereThatIsSet() async throws {
        let folder = try ServiceFolder()
        let models = folder.folder.url.appendingPathComponent("models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: 2)
        text.hasCovers = true
        try Data(text.json.utf8).write(to: models.appendingPathComponent("mine.json"))
        let reference = ModelReference(
            model: .local(path: "models"),
            name: "mine.json",
            preprocessor: nil
        )
        var bytes: [Int] = []
        for makesTables in [false, true] {
            var storage = StorageConfiguration()
            storage.models.makesReasonTables = makesTables
            bytes.append(try await folder.service(storage: storage).model(reference).byteCount)
        }
        #expect(bytes[0] < bytes[1])
    }

    @Test func contributionsOfACallHaveALimit() throws {
        // 1,024 features: as many rows as make the limit, and one more.
        let rowsMax = ReasonLimits.cellsMax / 1_024
        var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: 1_024)
        text.hasCovers = true
        let wide = try ServedModel(file: Array(text.json.utf8))
        try wide.checkContributions(rowCount: rowsMax, by: .features, at: [.name("rows")])
        let refusal = #expect(throws: ServiceError.self) {
            try wide.checkContributions(rowCount: rowsMax + 1, by: .features, at: [.name("rows")])
        }
        #expect(refusal?.sentence.contains("at most 4194304") == true)
        text.featureCount = 2
        let narrow = try ServedModel(file: Array(text.json.utf8))
        let most = ReasonLimits.rowsMax
        try narrow.checkContributions(rowCount: most, by: .columns, at: [])
        let tooMany = #expect(throws: ServiceError.self) {
            try narrow.checkContributions(rowCount: most + 1, by: .columns, at: [])
        }
        #expect(tooMany?.sentence.contains("at most 8192 rows") == true)
    }
}
