// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import TestSupport
import Testing

/// The policy of a stored model: a part of its generation.
@Suite struct PolicyChangeTests {
    private static let own = Policy(
        cutoffs: DecisionCutoffs(.probability, approve: 0.95, decline: 0.99),
        rules: [
            KnockoutRule(
                code: "YOUNG",
                text: "The applicant is too young.",
                feature: "person_age",
                .below,
                [.number(30)]
            )
        ]
    )
    private static let wrong = Policy(
        rules: [KnockoutRule(code: "X", text: "No.", feature: "shoe_size", .missing)]
    )

    /// A table without the column that the rule of the policy looks at.
    private static let otherTable: String = {
        let rows = (0..<400).map {
            "\(($0 * 37) % 100),\($0 % 9),\(($0 * 37) % 100 > 50 ? "bad" : "good")"
        }
        return (["amount,term,outcome"] + rows).joined(separator: "\n") + "\n"
    }()

    private func train(
        _ folder: ServiceFolder,
        _ policy: PolicyChoice = .kept
    ) async throws -> TrainOutcome {
        let base = ServiceFolder.trainRequest("risk")
        return try await folder.service().train(
            TrainRequest(
                data: base.data,
                model: base.model,
                modelName: base.modelName,
                parameters: base.parameters,
                policy: policy
            )
        )
    }

    private func served(_ folder: ServiceFolder, _ name: String = "risk") async throws
        -> ServedModel
    {
        try await folder.service().model(.named(name))
    }

    @Test func aTrainingStoresItsPolicyInItsGeneration() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await train(folder)
        let standard = try await served(folder)
        #expect(standard.decides && standard.policy == .standard && standard.policy.isStandard)

        let trained = try await train(folder, .own(Self.own))
        let model = try await served(folder)
        #expect(model.version == trained.version)
        #expect(model.policy.bound.policy == Self.own)
        #expect(model.policy.digest == PolicyDocument.digest(of: Self.own))
        #expect(!model.policy.isStandard)
        // The plain copy is for other tools, and is no model of the folder.
        #expect(try folder.names("models").contains("risk.policy.json"))
        let service = try folder.service()
        _ = try await service.rollBack("risk", in: ServiceFolder.models)
        #expect(try await served(folder).policy == .standard)
    }

    @Test func aTrainingKeepsThePolicyOfTheGenerationBefore() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        #expect(try await train(folder).policy == nil)
        let own = try await train(folder, .own(Self.own)).policy
        #expect(own?.policy == Self.own && own?.isKept == false)
        let kept = try await train(folder).policy
        #expect(kept?.policy == Self.own && kept?.isKept == true)
        #expect(try await served(folder).policy.bound.policy == Self.own)
        #expect(try await train(folder, .standard).policy == nil)
        #expect(try await served(folder).policy == .standard)
        // What was taken away does not come back.
        #expect(try await train(folder).policy == nil)
    }

    @Test func aTrainingDoesNotPassOverAPolicyThatIsLost() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await train(folder, .own(Self.own))
        let service = try folder.service()
        let before = try await service.versions(of: "risk", in: ServiceFolder.models)
        let objects = "models/.loan-default"
        let lost = try #require(try folder.files(objects).first { $0.hasSuffix("policy.json") })
        try FileManager.default.removeItem(
            at: folder.folder.url.appendingPathComponent(objects).appendingPathComponent(lost)
        )
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest("risk"))
        }
        #expect(error != nil)
        let after = try await service.versions(of: "risk", in: ServiceFolder.models)
        #expect(after == before)
    }

    @Test func aTrainingDoesNotKeepAPolicyThatDoesNotFit() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await train(folder, .own(Self.own))
        let before = try await served(folder).version
        try folder.write("other.csv", Array(Self.otherTable.utf8))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "other.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .inferred(LabelChoice(column: "outcome", positive: "bad"))
            )
        )
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.train(ServiceFolder.trainRequest("risk"))
        }
        guard case .conflict(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            problem.message.hasPrefix(
                "that of the generation before cannot be kept: rule 1: the model has no feature"
            ),
            "\(problem.message)"
        )
        #expect(try await served(folder).version == before)
        _ = try await train(folder, .standard)
        #expect(try await served(folder).policy == .standard)
    }

    @Test func aChangeIsAGenerationWithTheSameModel() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let trained = try await train(folder)
        let service = try folder.service()
        let before = try await service.model(.named("risk"))
        let change = try await service.setPolicy(Self.own, of: "risk", in: ServiceFolder.models)
        #expect(change.generation > trained.version)
        let after = try await service.model(.named("risk"))
        #expect(after.version == change.generation)
        #expect(after.policy.bound.policy == Self.own)
        let rows = try after.applications(csv: SampleApplications(rows: 50, seed: 2).csv())
        let probabilities = after.probabilities(of: rows)
        #expect(before.probabilities(of: rows) == probabilities)
        #expect(after.training == before.training)
        let pinned = try await served(folder, "risk@\(trained.version)")
        #expect(pinned.policy == .standard)

        let taken = try await service.setPolicy(nil, of: "risk", in: ServiceFolder.models)
        #expect(try await served(folder).policy == .standard)
        let versions = try await service.versions(of: "risk", in: ServiceFolder.models)
        #expect(
            versions.map(\.generation) == [taken, change].map(\.generation) + [trained.version]
        )
    }

    @Test func decisionsFollowTheAnsweredProbabilities() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await train(folder, .own(Self.own))
        let model = try await served(folder)
        let rows = try model.applications(csv: SampleApplications(rows: 200, seed: 2).csv())
        let probabilities = model.probabilities(of: rows)
        let decisions = model.decisions(of: rows, probabilities: probabilities)
        #expect(decisions.rows.count == 200)
        let (numbers, codes) = rows.matrices
        var margins = [Float](repeating: 0, count: 200)
        var results = margins.mutableSpan
        model.score(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: 200,
            margins: true,
            into: &results
        )
        for (index, row) in decisions.rows.enumerated() {
            #expect(row.points == Self.own.scale.points(ofMargin: margins[index]))
            let cutoff = Self.own.cutoffs.decision(
                probability: probabilities[index],
                points: row.points
            )
            #expect(row.decision == (row.rules.isEmpty ? cutoff : .decline))
        }
        #expect(Set(decisions.rows.map(\.decision)).count > 1)
    }

    @Test func aPolicyThatDoesNotGoWithTheModelIsRefused() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let trained = try await train(folder)
        let service = try folder.service()
        let changed = await failure { () throws(ServiceError) in
            try await service.setPolicy(Self.wrong, of: "risk", in: ServiceFolder.models)
        }
        guard case .invalid(let problems)? = changed else {
            Issue.record("\(String(describing: changed))")
            return
        }
        #expect(problems.first?.message.hasPrefix("rule 1: the model has no feature") == true)
        await #expect(throws: ServiceError.self) { try await train(folder, .own(Self.wrong)) }
        let versions = try await service.versions(of: "risk", in: ServiceFolder.models)
        #expect(versions.map(\.generation) == [trained.version])
        for name in ["absent", "risk@\(trained.version)"] {
            let error = await failure { () throws(ServiceError) in
                try await service.setPolicy(nil, of: name, in: ServiceFolder.models)
            }
            #expect(error != nil, "\(name)")
        }
    }

    // MARK: Models of other tools

    private let mine = ModelReference(
        model: StorageLocation.local(path: "models"),
        name: "mine.json",
        preprocessor: nil
    )

    private func bring(_ folder: ServiceFolder, objective: String = "binary:logistic") throws {
        var text = ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2)
        text.featureNames = ["debt", "years"]
        text.objective = objective
        try folder.write("models/mine.json", text.bytes)
    }

    private static let brought = """
        {"rules": [{"code": "DEBT", "text": "The debt is too high.", "feature": "debt",
                    "is": "above", "value": 100}]}
        """

    @Test func thePolicyOfAModelOfAnotherToolLiesNextToIt() async throws {
        let folder = try ServiceFolder()
        try bring(folder)
        let service = try folder.service()
        let before = try await service.model(mine)
        #expect(before.policy == .standard)
        try folder.write("models/mine.json.policy.json", Array(Self.brought.utf8))
        // What changed shows at the next look, and to others at once.
        let model = try await folder.service().model(mine)
        #expect(model.policy.bound.policy.rules.map(\.code) == ["DEBT"])
        let rows = try model.applications(csv: Array("debt,years\n1,2\n101,2\n".utf8))
        let decisions = model.decisions(of: rows, probabilities: model.probabilities(of: rows))
        #expect(decisions.rows.map(\.rules) == [[], [0]])
        #expect(decisions.rows.map(\.decision) == [.approve, .decline])
        // Without a preprocessor the columns are the features: rules see them.
        let same = model.decisions(prepared: [1, 101, 2, 2], probabilities: [0.1, 0.1])
        #expect(same.rows.map(\.rules) == [[], [0]])
    }

    @Test(arguments: [
        (#"{"rulez": []}"#, "binary:logistic", "there is no key 'rulez'"),
        (
            #"{"rules": [{"code": "A", "text": "b", "feature": "c", "is": "missing"}]}"#,
            "binary:logistic", "the model has no feature 'c'"
        ),
        ("{}", "reg:squarederror", "the objective of this model is reg:squarederror"),
    ])
    func aPolicyNextToAModelThatDoesNotGoWithItRefusesTheLoad(
        policy: String,
        objective: String,
        reason: String
    ) async throws {
        let folder = try ServiceFolder()
        try bring(folder, objective: objective)
        try folder.write("models/mine.json.policy.json", Array(policy.utf8))
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.model(mine)
        }
        guard case .conflict(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.message.hasPrefix("mine.json.policy.json: "))
        #expect(problem.message.contains(reason), "\(problem.message)")
    }

    @Test func anotherObjectiveIsNotDecided() async throws {
        let folder = try ServiceFolder()
        try bring(folder, objective: "reg:squarederror")
        let model = try await folder.service().model(mine)
        #expect(!model.decides)
        #expect(throws: ServedModel.Undecidable.objective("reg:squarederror")) {
            try model.checkDecidable()
        }
    }
}
