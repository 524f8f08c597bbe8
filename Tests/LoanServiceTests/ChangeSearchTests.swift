// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanService
import TestSupport
import Testing

/// The smallest changes that a policy approves, against trying everything.
@Suite struct ChangeSearchTests {
    private func served(_ policy: Policy) throws -> ServedModel {
        let scorer = try TestModel.shared.get().scorer
        let plain = ServedModel(scorer: scorer)
        return ServedModel(scorer: scorer, policy: ServedPolicy(try plain.bound(policy)))
    }

    private func rows(_ model: ServedModel, count: Int, seed: UInt64) throws -> CodedApplications {
        try model.applications(csv: SampleApplications(rows: count, seed: seed).csv())
    }

    private func changed(
        _ rows: CodedApplications,
        _ row: Int,
        _ changes: [(feature: Int, to: CellText.Cell)]
    ) -> CodedApplications {
        let columns = rows.columns.enumerated().map { index, column in
            let cell = changes.first { $0.feature == index }?.to
            switch (column, cell) {
            case (.numbers, .number(let value)?): return CodedApplications.Column.numbers([value])
            case (.codes, .code(let code)?): return .codes([code])
            case (.numbers(let values), _): return .numbers([values[row]])
            case (.codes(let codes), _): return .codes([codes[row]])
            }
        }
        return CodedApplications(rowCount: 1, columns: columns)
    }

    private func decision(_ model: ServedModel, _ rows: CodedApplications) -> Decision {
        model.decisions(of: rows, probabilities: model.probabilities(of: rows)).rows[0].decision
    }

    /// Cut-offs that approve ten of 16 invented applications.
    private func cutoffs() throws -> DecisionCutoffs {
        let model = try served(.standard)
        let probabilities = model.probabilities(of: try rows(model, count: 16, seed: 6)).sorted()
        return DecisionCutoffs(.probability, approve: probabilities[10], decline: 1)
    }

    @Test func everyAnswerHoldsWhereItIsAskedAgainAndNothingSmallerDoes() throws {
        let features = ["loan_percent_income", "loan_int_rate", "loan_grade"]
        let policy = Policy(
            cutoffs: try cutoffs(),
            changeable: [
                ChangeableFeature("loan_percent_income", .down),
                ChangeableFeature("loan_int_rate", .down),
                ChangeableFeature("loan_grade"),
            ]
        )
        let model = try served(policy)
        let rows = try rows(model, count: 16, seed: 6)
        let found = LoanService.changes(of: rows, by: model)
        #expect(found.contains { $0 != nil })
        let indices = try features.map { name in
            try #require(model.features.firstIndex { $0.name == name })
        }
        for (row, changes) in found.enumerated() {
            let isApproved = decision(model, changed(rows, row, [])) == .approve
            #expect(isApproved == (changes == nil))
            guard let changes else { continue }
            #expect(changes.isComplete)
            #expect(changes.one.map(\.size) == changes.one.map(\.size).sorted())
            for change in changes.one {
                #expect(indices.contains(change.feature))
                #expect(
                    decision(model, changed(rows, row, [(change.feature, change.to)])) == .approve
                )
                try expectLeast(change, model, rows, row)
            }
            // What no single change of a feature gives, a sweep of its values does not either.
            for index in indices where !changes.one.contains(where: { $0.feature == index }) {
                try expectNone(index, model, rows, row)
            }
            if !changes.two.isEmpty {
                #expect(changes.two.count == 2)
                #expect(
                    decision(model, changed(rows, row, changes.two.map { ($0.feature, $0.to) }))
                        == .approve
                )
                let size = changes.two.reduce(0) { $0 + $1.size }
                #expect(size < changes.one.first?.size ?? .infinity)
            }
        }
    }

    /// Values between the record's and the one that was found do not suffice.
    private func expectLeast(
        _ change: FeatureChange,
        _ model: ServedModel,
        _ rows: CodedApplications,
        _ row: Int
    ) throws {
        guard case .number(let from) = change.from, case .number(let to) = change.to else { return }
        for step in 0..<200 {
            let share = Float(step) / 200
            let value = from + (to - from) * share
            let less = (change.feature, CellText.Cell.number(value))
            #expect(decision(model, changed(rows, row, [less])) != .approve, "\(value)")
        }
        let nearest = to > from ? to.nextDown : to.nextUp
        let less = (change.feature, CellText.Cell.number(nearest))
        #expect(decision(model, changed(rows, row, [less])) != .approve)
    }

    private func expectNone(
        _ index: Int,
        _ model: ServedModel,
        _ rows: CodedApplications,
        _ row: Int
    ) throws {
        let feature = model.features[index]
        var cells: [CellText.Cell] = feature.categories.indices.map { .code(UInt8($0)) }
        if case .numbers(let values) = rows.columns[index], !values[row].isNaN {
            cells = (0..<400).map { step in
                .number(values[row] * Float(step) / 400)
            }
        }
        for cell in cells {
            #expect(decision(model, changed(rows, row, [(index, cell)])) != .approve)
        }
    }

    /// Two stumps: neither change alone reaches the cut-off, both together do.
    private func pairModel(_ changeable: [ChangeableFeature]) throws -> ServedModel {
        var text = ModelText(
            [.stump(0, below: 10, (-2, 1.5)), .stump(1, below: 4, (1.5, -2))],
            featureCount: 2
        )
        text.featureNames = ["debt", "years"]
        let scorer = try Scorer(passing: CompiledForest(Forest(xgboost: text.bytes)))
        let bound = try ServedModel(scorer: scorer).bound(Policy(changeable: changeable))
        return ServedModel(scorer: scorer, isPrepared: false, policy: ServedPolicy(bound))
    }

    private let needy = CodedApplications(
        rowCount: 1,
        columns: [.numbers([12]), .numbers([1])]
    )

    @Test func twoFeaturesTogetherReachWhatNoneDoesAlone() throws {
        let model = try pairModel([ChangeableFeature("debt"), ChangeableFeature("years")])
        let changes = try #require(LoanService.changes(of: needy, by: model)[0])
        #expect(changes.one.isEmpty && changes.isComplete)
        #expect(changes.two.map(\.to) == [.number(Float(10).nextDown), .number(4)])
        let held = try pairModel([ChangeableFeature("debt", .up), ChangeableFeature("years")])
        #expect(LoanService.changes(of: needy, by: held)[0]?.two.isEmpty == true)
        let approved = CodedApplications(rowCount: 1, columns: [.numbers([1]), .numbers([5])])
        #expect(LoanService.changes(of: approved, by: model) == [nil])
    }

    @Test func aRuleIsChangedAsTheScoreIs() throws {
        var text = ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2)
        text.featureNames = ["debt", "years"]
        let scorer = try Scorer(passing: CompiledForest(Forest(xgboost: text.bytes)))
        let rule = KnockoutRule(
            code: "R",
            text: "Too short.",
            feature: "years",
            .below,
            [.number(2.5)]
        )
        let policy = Policy(rules: [rule], changeable: [ChangeableFeature("years", .up)])
        let bound = try ServedModel(scorer: scorer).bound(policy)
        let model = ServedModel(scorer: scorer, isPrepared: false, policy: ServedPolicy(bound))
        let row = CodedApplications(rowCount: 1, columns: [.numbers([1]), .numbers([1])])
        let changes = try #require(LoanService.changes(of: row, by: model)[0])
        #expect(changes.one.map(\.to) == [.number(2.5)])
    }

    @Test func whatCannotBeLookedForIsRefused() throws {
        let standard = ServedModel(scorer: try TestModel.shared.get().scorer)
        #expect(throws: ServedModel.Undecidable.nothingChangeable) {
            try standard.checkChangeable()
        }
        #expect(throws: PolicyMismatch.direction(feature: "loan_grade", kind: .category)) {
            try standard.bound(Policy(changeable: [ChangeableFeature("loan_grade", .up)]))
        }
        #expect(throws: PolicyMismatch.self) {
            try standard.bound(Policy(changeable: [ChangeableFeature("shoe_size")]))
        }
        try LoanService.checkChangeableRows(ChangeLimits.rowsMax)
        #expect(throws: ServiceError.self) {
            try LoanService.checkChangeableRows(ChangeLimits.rowsMax + 1)
        }
    }
}
