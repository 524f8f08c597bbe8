// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import TestSupport
import Testing

/// A table that nobody here has seen, from its label to a trained model.
@Suite struct AnyTableTests {
    /// Other public tables, where a developer has them, with their labels.
    private static let folder = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_DATA"]
        .map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    private static let tables = [
        ("german_credit.csv", "creditability=bad"), ("card_default_sample.csv", "default"),
        ("card_balance_default.csv", "default=Yes"),
    ]

    private static func csv(rows: Int, label: (Double) -> String) -> String {
        var random = SeededGenerator(seed: 7)
        var lines = ["application_id,amount,purpose,branch,employed,issued_on,outcome"]
        for row in 0..<rows {
            let amount = Double.random(in: 0..<1_000, using: &random)
            let branch = Int.random(in: 0..<90, using: &random)
            let risk = amount / 500 + Double(branch % 3) + Double.random(in: 0..<1, using: &random)
            let fields = [
                "\(row + 1)", "\(amount)", ["\"car, new\"", "radio", ""][row % 3],
                "branch \(branch)", ["yes", "no"][row % 2],
                "20\(10 + row % 10)-0\(1 + row % 9)-15", label(risk),
            ]
            lines.append(fields.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func prepare(
        _ csv: [UInt8],
        _ schema: DataSchema,
        size: Int = 1,
        in folder: ServiceFolder
    ) async throws -> DataResult {
        try folder.write("table.csv", csv)
        return try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: size,
                seed: 3,
                schema: schema
            )
        )
    }

    private func train(
        in folder: ServiceFolder,
        rounds: Int = 50,
        minChildWeight: Double = 6
    ) async throws -> TrainOutcome {
        var parameters = TrainingParameters()
        parameters.minChildWeight = minChildWeight
        parameters.rounds = rounds
        parameters.maxDepth = 4
        return try await folder.service().train(
            TrainRequest(
                data: .local(path: "data"),
                model: .local(path: "models"),
                modelName: "model",
                parameters: parameters
            )
        )
    }

    @Test func aTableIsPreparedAndTrainedOnByItsLabel() async throws {
        let folder = try ServiceFolder()
        let csv = Self.csv(rows: 2_000) { $0 > 2 ? "bad" : "good" }
        let prepared = try await prepare(
            Array(csv.utf8),
            .inferred(LabelChoice(column: "outcome", positive: "bad")),
            in: folder
        )
        #expect(prepared.sourceRows == 2_000)
        #expect(prepared.warnings.contains { $0.contains("application_id") })
        let preprocessor = try PreprocessorArtifact.decode(folder.read("data/preprocessor.sav"))
        #expect(preprocessor.schema.label == "outcome")
        #expect(
            preprocessor.schema.features.map(\.name)
                == ["amount", "purpose", "branch", "employed", "issued_on"]
        )
        // A branch has some 17 rows to learn from, less than the usual weight of a leaf.
        let trained = try await train(in: folder, rounds: 150, minChildWeight: 1)
        // The amount alone gives 0.76: the sets of branches are learned.
        #expect(try #require(trained.scores.classes).auc > 0.9)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func aModelLearnsByTheWeightsAsXGBoostsOwnDoes() async throws {
        let folder = try ServiceFolder()
        var random = SeededGenerator(seed: 5)
        var lines = ["amount,exposure,outcome"]
        for row in 0..<2_000 {
            let amount = Double.random(in: 0..<1, using: &random)
            let isHeavy = row % 4 == 0
            let isBad = Double.random(in: 0..<1, using: &random) < (isHeavy ? 1 - amount : amount)
            lines.append("\(amount),\(isHeavy ? 12.5 : 0.5),\(isBad ? 1 : 0)")
        }
        let csv = Array(lines.joined(separator: "\n").utf8)
        var aucs: [Double] = []
        for member in ["", #", "weight": "exposure""#] {
            let document = """
                {"label": {"column": "outcome", "positive": 1},
                 "features": [{"column": "amount", "kind": "number"}]\(member)}
                """
            let schema = try SchemaDocument.read(Array(document.utf8))
            _ = try await prepare(csv, .given(schema), in: folder)
            let trained = try await train(in: folder, rounds: 30)
            aucs.append(try #require(trained.scores.classes).auc)
        }
        // Three rows of four say the contrary of what the heavy ones say.
        #expect(aucs[0] > 0.6)
        #expect(aucs[1] > 0.6)
        let answer = try PythonOracle.run(
            "schema_auc.py",
            [folder.folder.url.appendingPathComponent("data").path, "30", "4"]
        )
        let expected = try #require(
            Double(String(decoding: answer, as: UTF8.self).split(separator: "\n")[0])
        )
        #expect(abs(aucs[1] - expected) <= 0.002, "\(aucs[1]), XGBoost \(expected)")
    }

    @Test func numbersArePredicted() async throws {
        let folder = try ServiceFolder()
        let csv = Self.csv(rows: 2_000) { "\($0 * 1_000)" }
        _ = try await prepare(
            Array(csv.utf8),
            .inferred(LabelChoice(column: "outcome")),
            in: folder
        )
        guard case .numbers(let scores) = try await train(in: folder, rounds: 200).scores else {
            Issue.record("the labels are numbers")
            return
        }
        let stored = try ModelArtifact(decoding: folder.read("models/model"))
        #expect(stored.scores == .numbers(scores))
        #expect(stored.evaluation == nil)
        let lines = try StoredFile.describe(folder.read("models/model"))
        let shown = "RMSE \(scores.rmse), MAE \(scores.mae), R2 \(scores.r2)"
        #expect(lines.contains { $0.hasSuffix(shown) })
        // The noise alone has a deviation of 289, of 1,054 in all.
        #expect(scores.r2 > 0.85)
        #expect(scores.rmse > 280 && scores.rmse < 400)
        #expect(scores.mae < scores.rmse)
    }

    @Test func aTableWithASchemaIsNotExpanded() async throws {
        let folder = try ServiceFolder()
        let csv = Array(Self.csv(rows: 100) { $0 > 2 ? "bad" : "good" }.utf8)
        let schema = DataSchema.inferred(LabelChoice(column: "outcome", positive: "bad"))
        await #expect(throws: ServiceError.self) {
            try await prepare(csv, schema, size: 101, in: folder)
        }
        _ = try await prepare(csv, schema, size: 100, in: folder)
    }

    @Test func otherColumnsThanTheDocumentedOnesAreNamedWithTheWaysOn() async throws {
        let folder = try ServiceFolder()
        let csv = Array(Self.csv(rows: 100) { $0 > 2 ? "bad" : "good" }.utf8)
        let error = await #expect(throws: ServiceError.self) {
            try await prepare(csv, .documented, in: folder)
        }
        guard case .invalid(let problems)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let message = problems[0].message
        for part in ["no column person_age", "application_id", "label", "schema"] {
            #expect(message.contains(part), "\(message)")
        }
    }

    @Test func aStoredSchemaIsReadFromItsPlace() async throws {
        let folder = try ServiceFolder()
        let csv = Array(Self.csv(rows: 100) { $0 > 2 ? "bad" : "good" }.utf8)
        let document = """
            {"label": {"column": "outcome", "positive": "bad"},
             "features": [{"column": "amount", "kind": "number", "missing": "median"}]}
            """
        try folder.write("schema.json", Array(document.utf8))
        let prepared = try await prepare(
            csv,
            .stored(.local(path: "schema.json")),
            in: folder
        )
        #expect(prepared.featureCount == 1)
        await #expect(throws: ServiceError.self) {
            try await prepare(csv, .stored(.local(path: "absent.json")), in: folder)
        }
    }

    @Test(
        "models of other public tables are as good as XGBoost's own in Python",
        .enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)),
        .enabled(if: folder != nil, "LOAN_DEFAULT_TEST_DATA names no credit-risk CSV file"),
        arguments: tables
    )
    func modelsAreAsGoodAsXGBoosts(file: String, label: String) async throws {
        let path = try #require(Self.folder).appendingPathComponent(file)
        guard let csv = try? Data(contentsOf: path) else { return }
        let folder = try ServiceFolder()
        _ = try await prepare(
            Array(csv),
            .inferred(try #require(LabelChoice(label))),
            in: folder
        )
        let trained = try await train(in: folder, rounds: 100)
        let answer = try PythonOracle.run(
            "schema_auc.py",
            [folder.folder.url.appendingPathComponent("data").path, "100", "4"]
        )
        let expected = try #require(
            Double(String(decoding: answer, as: UTF8.self).split(separator: "\n")[0])
        )
        let auc = try #require(trained.scores.classes).auc
        #expect(abs(auc - expected) <= 0.002, "\(file): \(auc), XGBoost \(expected)")
    }
}
