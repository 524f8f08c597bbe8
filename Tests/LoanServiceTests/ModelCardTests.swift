// SPDX-License-Identifier: Apache-2.0

import Digest
import Foundation
import JSON
import LoanModel
import LoanService
import ModelValidation
import TestSupport
import Testing

/// The card of a model: a part of its generation, made of what its training computed.
@Suite struct ModelCardTests {
    private static let fields = CardFields([
        .purpose: "To *rank* applications | of <b>consumers</b>.", .owner: "Risk\nModels",
    ])

    private func train(
        _ folder: ServiceFolder,
        _ policy: PolicyChoice = .kept,
        _ card: CardFields? = fields,
        elderlyCheck: String? = nil
    ) async throws -> TrainOutcome {
        let base = ServiceFolder.trainRequest("risk", rounds: 10)
        return try await folder.service().train(
            TrainRequest(
                data: base.data,
                model: base.model,
                modelName: base.modelName,
                parameters: base.parameters,
                policy: policy,
                card: card,
                elderlyCheck: elderlyCheck
            )
        )
    }

    private func card(_ folder: ServiceFolder, _ name: String = "risk") async throws -> ModelCard {
        try await folder.service().card(of: name, in: ServiceFolder.models)
    }

    @Test func aCardSaysWhatItsTrainingComputed() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let trained = try await train(folder)
        let card = try await card(folder)
        let model = try #require(card.json["model"]?.object)
        #expect(model["generation"] == .string(trained.version))
        let stored = SHA256.hash(try folder.read("models/risk"))
        let digits = stored.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(model["sha256"] == .string(digits))
        #expect(model["trees"] == .integer(10))
        #expect(card.json["fields"] == Self.fields.json)
        let data = try #require(card.json["data"]?.object)
        #expect(data["train_rows"] == .integer(trained.trainRows))
        let raw = try #require(card.json["figures"]?.object?["raw"]?.object)
        let report = try #require(trained.validation)
        #expect(raw["auc"]?.object?["value"] == .real(try #require(report.raw.area).value))
        #expect(raw["rows"] == data["test_rows"])
        // The scores that were always reported are of the same rows.
        let scores = try #require(trained.scores.classes)
        #expect(abs(scores.auc - (report.raw.area?.value ?? 0)) < 1e-9)
        #expect(abs(try #require(scores.brier) - report.raw.brier.mean.value) < 1e-6)
        // The plain copy is the same document, and no model of the folder.
        #expect(try folder.read("models/risk.card.json") == card.text)
        #expect(try ModelCard(reading: card.text) == card)
    }

    @Test func equalTrainingsHaveEqualCardsButForTheModelItself() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await train(folder)
        let first = try await card(folder)
        _ = try await train(folder)
        let second = try await card(folder)
        func rest(_ card: ModelCard) -> [JSONValue] {
            card.json.members.filter { $0.name != "model" }.map(\.value)
        }
        #expect(rest(first) == rest(second))
        #expect(first.json["model"] != second.json["model"])
    }

    @Test func anotherPolicyIsSaidOnTheCardOfItsGeneration() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let trained = try await train(folder)
        #expect(try await card(folder).json["later_policy"] == nil)
        let policy = Policy(cutoffs: DecisionCutoffs(.points, approve: 520, decline: 480))
        let service = try folder.service()
        let change = try await service.setPolicy(policy, of: "risk", in: ServiceFolder.models)
        let later = try #require(try await card(folder).json["later_policy"]?.object)
        #expect(later["digest"] == .string(PolicyDocument.digest(of: policy)))
        #expect(try await card(folder).markdown.contains("has another policy since"))
        _ = try await service.setPolicy(nil, of: "risk", in: ServiceFolder.models)
        // Back at that of the training, which was the standard one, there is no other.
        #expect(try await card(folder).json["later_policy"] == nil)
        // Those before have the cards that they had.
        #expect(try await card(folder, "risk@\(trained.version)").json["later_policy"] == nil)
        let middle = try await card(folder, "risk@\(change.generation)").json["later_policy"]
        #expect(middle?.object == later)
    }

    @Test func cutoffsByPointsStandAsTheProbabilitiesOfTheSameDecisions() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let policy = Policy(cutoffs: DecisionCutoffs(.points, approve: 520, decline: 500))
        _ = try await train(folder, .own(policy))
        let document = try await card(folder).json
        let thresholds = try #require(document["policy"]?.object?["thresholds"]?.object)
        guard case .number(let approve)? = thresholds["approve"],
            case .array(let confusion)? = document["figures"]?.object?["raw"]?.object?["confusion"]
        else {
            Issue.record("no thresholds")
            return
        }
        #expect(confusion.count == 2)
        #expect(confusion[0].object?["threshold"] == thresholds["approve"])
        // 520 points, which are rounded, are reached down to 519.5.
        let margin = log(approve.value / (1 - approve.value))
        #expect(abs(policy.scale.offset - policy.scale.factor * margin - 519.5) < 1e-3)
    }

    @Test func aModelThatPredictsANumberHasNoCard() async throws {
        let folder = try ServiceFolder()
        let rows = (0..<400).map { "\($0 % 37),\($0 % 9),\(($0 % 37) * 3 + $0 % 9)" }
        let table = (["amount,term,loss"] + rows).joined(separator: "\n") + "\n"
        try folder.write("table.csv", Array(table.utf8))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .inferred(LabelChoice(column: "loss", positive: nil))
            )
        )
        let trained = try await train(folder, .standard, nil)
        #expect(trained.validation == nil)
        let none = await failure {
            try await folder.service().card(of: "risk", in: ServiceFolder.models)
        }
        guard case .notFound(let problem)? = none else {
            Issue.record("\(String(describing: none))")
            return
        }
        #expect(problem.message.contains("has no card"), "\(problem.message)")
        for (card, elderly) in [(Self.fields, nil), (nil, "amount")] {
            await #expect(throws: ServiceError.self) {
                _ = try await train(folder, .standard, card, elderlyCheck: elderly)
            }
        }
    }

    @Test func whatHasNoCardSaysSo() async throws {
        let folder = try ServiceFolder()
        try folder.write(
            "models/mine.json",
            ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2).bytes
        )
        for name in ["mine.json", "absent", "absent@20010101T000000Z-00000000"] {
            let error = await failure {
                try await folder.service().card(of: name, in: ServiceFolder.models)
            }
            guard case .notFound? = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
    }

    private func failure<Value>(
        _ body: () async throws -> Value
    ) async -> ServiceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? ServiceError
        }
    }
}
