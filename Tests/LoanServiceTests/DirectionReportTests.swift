// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import JSON
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import ModelValidation
import TestSupport
import Testing

/// Directions along raw features, examined on stored trees.
@Suite struct DirectionReportTests {
    /// The risk is high at both ends of the age, and falls with the income.
    private static let table: [UInt8] = {
        var random = SeededGenerator(seed: 5)
        var lines = ["age,income,grade,purpose,outcome"]
        for row in 0..<1_500 {
            let age = Int.random(in: 20..<80, using: &random)
            let income = Int.random(in: 10..<90, using: &random)
            let distance = Double(abs(age - 50)) / 30
            let risk = 0.5 * distance + 0.4 * Double(90 - income) / 80
            let isBad = Double.random(in: 0..<1, using: &random) < risk
            let fields: [String] = [
                "\(age)", "\(income)", ["a", "b", "c"][row % 3], ["car", "home", ""][row % 3],
                isBad ? "bad" : "good",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }()

    /// A trained model with what it is stored as.
    private struct Trained {
        let folder: ServiceFolder
        let forest: Forest
        let preprocessor: Preprocessor
    }

    private func train() async throws -> Trained {
        let folder = try ServiceFolder()
        try folder.write("table.csv", Self.table)
        let service = try folder.service()
        _ = try await service.prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .inferred(LabelChoice(column: "outcome", positive: "bad"))
            )
        )
        _ = try await service.train(ServiceFolder.trainRequest("risk", rounds: 20))
        let artifact = try ModelArtifact(decoding: try folder.read("models/risk"))
        return Trained(
            folder: folder,
            forest: try Forest(artifact: artifact),
            preprocessor: try PreprocessorArtifact.decode(
                try folder.read("models/risk.preprocessor.sav")
            )
        )
    }

    @Test func whatRefutesADirectionAreTwoApplications() async throws {
        let trained = try await train()
        let model = try await trained.folder.service().model(.named("risk"))
        for direction in [MonotoneDirection.increasing, .decreasing] {
            let report = try #require(
                DirectionReport.all(["age": direction], trained.forest, trained.preprocessor).first
            )
            guard case .refuted(let rows) = report.verdict else {
                Issue.record("\(report.verdict)")
                continue
            }
            #expect(rows.areRaw)
            // As a table of two rows they have these margins, and differ in the age alone.
            let names = rows.lower.members.map(\.name)
            let lines = [rows.lower, rows.upper].map { row in
                row.members.map { Self.cell($0.value) }.joined(separator: ",")
            }
            let csv = ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
            let margins = Self.margins(model, try model.applications(csv: Array(csv.utf8)))
            #expect(margins == [rows.lowerMargin, rows.upperMargin], "\(csv)")
            let differing = names.filter { rows.lower[$0] != rows.upper[$0] }
            #expect(differing == ["age"])
            #expect(
                direction == .increasing
                    ? rows.lowerMargin > rows.upperMargin : rows.lowerMargin < rows.upperMargin
            )
        }
    }

    private static func margins(_ model: ServedModel, _ rows: CodedApplications) -> [Float] {
        let (numbers, codes) = rows.matrices
        var margins = [Float](repeating: 0, count: rows.rowCount)
        var results = margins.mutableSpan
        model.score(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: rows.rowCount,
            margins: true,
            into: &results
        )
        return margins
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): "\(number.value)"
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: ""
        }
    }

    @Test func whatHasNoOrderIsNotExamined() async throws {
        let trained = try await train()
        let reports = DirectionReport.all(
            ["purpose": .increasing, "absent": .decreasing],
            trained.forest,
            trained.preprocessor
        )
        #expect(reports.map(\.feature) == ["absent", "purpose"])
        #expect(reports[0].verdict == .proven(.unused))
        guard case .notExamined(let reason) = reports[1].verdict else {
            Issue.record("\(reports[1].verdict)")
            return
        }
        #expect(reason.hasSuffix("which have no order"))
    }

    /// What a training was asked for is on its card, proven.
    @Test func aDirectionThatWasAskedForIsProvenOnTheCard() async throws {
        let trained = try await train()
        let service = try trained.folder.service()
        let base = ServiceFolder.trainRequest("risk", rounds: 20)
        var parameters = base.parameters
        parameters.monotone = [FeatureDirection(feature: "age", sign: .rising)]
        _ = try await service.train(
            TrainRequest(
                data: base.data,
                model: base.model,
                modelName: base.modelName,
                parameters: parameters
            )
        )
        let card = try await service.card(of: "risk", in: ServiceFolder.models)
        guard case .array(let reports)? = card.json["constraints"], reports.count == 1 else {
            Issue.record("\(String(describing: card.json["constraints"]))")
            return
        }
        #expect(
            reports[0]
                == .members([
                    "feature": .string("age"), "direction": .string("increasing"),
                    "verdict": .string("proven"), "basis": .string("every tree"),
                ])
        )
        #expect(card.markdown.contains("| `age` | never falls | proven over all rows"))
    }
}
