// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// Rules of a policy, held against the features of a model and tried on rows.
@Suite struct BoundPolicyTests {
    private static let features: [PolicyFeature] = [
        cells("age", .number), cells("grade", .category, ["A", "B"], .code),
        cells("since", .date), cells("owner", .boolean),
        cells("region", .category, ["north", "south"], .number),
        cells("intent", .category, ["car", "house"], .code),
    ]

    private static func cells(
        _ name: String,
        _ kind: Feature.Kind,
        _ categories: [String] = [],
        _ carrier: Feature.Carrier = .number
    ) -> PolicyFeature {
        let vocabulary = CategoryVocabulary(categories)
        return PolicyFeature(
            name,
            CellText(kind: kind, carrier: carrier, vocabulary: vocabulary),
            hasMedian: name == "age"
        )
    }

    private func rule(
        _ feature: String,
        _ comparison: KnockoutRule.Comparison,
        _ values: [KnockoutRule.Value] = [],
        _ decision: Decision = .decline
    ) -> KnockoutRule {
        KnockoutRule(
            code: "K",
            text: "Because.",
            feature: feature,
            comparison,
            values,
            decision: decision
        )
    }

    private func bound(_ rules: KnockoutRule...) throws -> BoundPolicy {
        try BoundPolicy(Policy(rules: rules), features: Self.features)
    }

    /// Three rows: numbers age, since, owner, region; codes grade, intent.
    private static let numbers: [Float] = [
        17, 18, .nan,
        19_782, 19_783, .nan,
        0, 1, .nan,
        0, CategoryVocabulary.unknownNumber, .nan,
    ]
    private static let codes: [UInt8] = [
        0, CategoryVocabulary.unknown, CategoryVocabulary.missing,
        1, 0, 1,
    ]

    private func rows(_ rule: KnockoutRule) throws -> [Int] {
        let hits = try bound(rule).hits(
            numbers: Self.numbers.span,
            codes: Self.codes.span,
            rowCount: 3
        )
        return hits.indices.filter { !hits[$0].isEmpty }
    }

    @Test func aRuleLooksAtItsOwnColumn() throws {
        #expect(try rows(rule("age", .below, [.number(18)])) == [0])
        #expect(try rows(rule("age", .atMost, [.number(18)])) == [0, 1])
        #expect(try rows(rule("age", .above, [.number(17)])) == [1])
        #expect(try rows(rule("age", .atLeast, [.number(17)])) == [0, 1])
        #expect(try rows(rule("age", .equal, [.text("18")])) == [1])
        #expect(try rows(rule("age", .missing)) == [2])
        #expect(try rows(rule("since", .below, [.text("2024-03-01")])) == [0])
        #expect(try rows(rule("owner", .equal, [.flag(true)])) == [1])
        #expect(try rows(rule("owner", .missing)) == [2])
        #expect(try rows(rule("grade", .oneOf, [.text("A"), .text("B")])) == [0])
        #expect(try rows(rule("grade", .unknown)) == [1])
        #expect(try rows(rule("grade", .missing)) == [2])
        #expect(try rows(rule("region", .oneOf, [.text("north")])) == [0])
        #expect(try rows(rule("region", .unknown)) == [1])
        #expect(try rows(rule("region", .missing)) == [2])
        #expect(try rows(rule("intent", .oneOf, [.text("house")])) == [0, 2])
    }

    @Test func theWorstDecisionCounts() throws {
        let policy = try bound(
            rule("age", .missing, [], .refer),
            rule("owner", .missing),
            rule("age", .below, [.number(18)], .refer)
        )
        func decision(_ probability: Float, _ rules: [Int]) -> Decision {
            policy.row(margin: 0, probability: probability, rules: rules).decision
        }
        #expect(decision(0.1, []) == .approve)
        #expect(decision(0.1, [0]) == .refer)
        #expect(decision(0.1, [0, 1]) == .decline)
        #expect(decision(0.9, [0]) == .decline)
        let hits = policy.hits(numbers: Self.numbers.span, codes: Self.codes.span, rowCount: 3)
        #expect(hits == [[2], [], [0, 1]])
        #expect(policy.row(margin: 0, probability: 0.1, rules: [0, 1]).rules == [0, 1])
    }

    @Test func aPolicyWithoutRulesLooksAtNoRecord() throws {
        let policy = try bound()
        #expect(!policy.looksAtRecords)
        let hits = policy.hits(
            numbers: Self.numbers.span,
            codes: Self.codes.span,
            rowCount: 3
        )
        #expect(hits.isEmpty)
        #expect(policy == .standard)
    }

    @Test func aRuleOnWhatTheModelHasNotIsRefused() {
        func mismatch(_ rule: KnockoutRule) -> PolicyMismatch? {
            #expect(throws: PolicyMismatch.self) { try bound(rule) }
        }
        guard case .feature(rule: 0, name: "agee", let nearest)? = mismatch(rule("agee", .missing))
        else {
            Issue.record("a feature that the model has not")
            return
        }
        #expect(nearest.first == "age")
        #expect(
            mismatch(rule("grade", .below, [.number(1)]))
                == .comparison(rule: 0, feature: "grade", known: [.oneOf, .missing, .unknown])
        )
        #expect(
            mismatch(rule("owner", .unknown))
                == .comparison(rule: 0, feature: "owner", known: [.equal, .missing])
        )
        for (value, kind) in [
            (KnockoutRule.Value.text("old"), Feature.Kind.number), (.number(1e39), .number),
            (.text(""), .number),
        ] {
            #expect(
                mismatch(rule("age", .below, [value]))
                    == .value(rule: 0, feature: "age", value: value.cell, kind: kind)
            )
        }
        #expect(
            mismatch(rule("since", .above, [.text("soon")]))
                == .value(rule: 0, feature: "since", value: "soon", kind: .date)
        )
        for feature in ["grade", "region"] {
            guard
                case .category(0, feature, "C", let nearest)? =
                    mismatch(rule(feature, .oneOf, [.text("C")]))
            else {
                Issue.record("an unknown category of \(feature)")
                continue
            }
            #expect(nearest.count == 2)
        }
    }

    /// One for each feature of the suite: for the age by where it lies.
    private static let reasons: [ReasonText] =
        [.high, .low, .usual, .missing].map { text("age", $0) }
        + ["grade", "since", "owner", "region", "intent"].flatMap { name in
            [text(name, .any), text(name, .missing)]
        } + ["grade", "region", "intent"].map { text($0, .unknown) }

    private static func text(_ feature: String, _ occasion: ReasonText.Occasion) -> ReasonText {
        ReasonText(feature, occasion, code: "C", text: "\(feature) \(occasion.rawValue)")
    }

    private func mismatch(_ reasons: [ReasonText]) -> PolicyMismatch? {
        #expect(throws: PolicyMismatch.self) {
            try BoundPolicy(Policy(reasons: reasons), features: Self.features)
        }
    }

    @Test func aCatalogueSpeaksForEachValueOfEachFeature() throws {
        let policy = try BoundPolicy(Policy(reasons: Self.reasons), features: Self.features)
        #expect(policy.reason(0, .high)?.text == "age high")
        #expect(policy.reason(0, .usual)?.text == "age usual")
        #expect(policy.reason(1, .any)?.text == "grade any")
        #expect(policy.reason(4, .unknown)?.text == "region unknown")
        #expect(policy.reason(3, .missing)?.text == "owner missing")
        let general = [Self.text("age", .any), Self.text("age", .high), Self.text("age", .missing)]
        let some = try BoundPolicy(
            Policy(reasons: general + Self.reasons.filter { $0.feature != "age" }),
            features: Self.features
        )
        #expect(some.reason(0, .high)?.text == "age high")
        #expect(some.reason(0, .low)?.text == "age any")
        #expect(BoundPolicy.standard.reason(0, .any) == nil)
    }

    @Test func aCatalogueWithoutATextIsRefusedByAllThatItLeavesOut() {
        for left in Self.reasons {
            #expect(
                mismatch(Self.reasons.filter { $0 != left })
                    == .textsMissing(["\(left.feature) \(left.occasion.rawValue)"])
            )
        }
        #expect(
            mismatch([Self.text("age", .low), Self.text("grade", .any)])
                == .textsMissing([
                    "age high", "age usual", "age missing", "grade missing", "grade unknown",
                    "since any", "since missing", "owner any", "owner missing", "region any",
                    "region missing", "region unknown", "intent any", "intent missing",
                    "intent unknown",
                ])
        )
        let withoutAge = Self.reasons.filter { $0.feature != "age" }
        #expect(mismatch(withoutAge) == .textsMissing(["age any", "age missing"]))
        let many = "\(PolicyMismatch.textsMissing((0..<300).map { "f\($0) any" }))"
        #expect(many.hasSuffix("f255 any and 44 more"))
    }

    @Test func aReasonThatNoValueHasIsRefused() {
        guard
            case .reason(name: "agee", let nearest)? =
                mismatch(Self.reasons + [Self.text("agee", .any)])
        else {
            Issue.record("a reason of no feature")
            return
        }
        #expect(nearest.first == "age")
        #expect(
            mismatch(Self.reasons + [Self.text("grade", .high)])
                == .occasion(.high, feature: "grade", known: [.any, .missing, .unknown])
        )
        #expect(
            mismatch(Self.reasons + [Self.text("owner", .unknown)])
                == .occasion(.unknown, feature: "owner", known: [.any, .missing])
        )
    }

    @Test func mismatchesAreSentences() {
        let sentence = "\(PolicyMismatch.feature(rule: 2, name: "agee", nearest: ["age"]))"
        #expect(sentence == "rule 3: the model has no feature 'agee'; it has age")
    }
}
