// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import Testing

/// Policy documents: every key is known or refused by name.
@Suite struct PolicyDocumentTests {
    private func read(_ text: String) throws(PolicyDocumentError) -> Policy {
        try PolicyDocument.read(Array(text.utf8))
    }

    private func problem(_ text: String) -> String {
        do throws(PolicyDocumentError) {
            _ = try read(text)
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func rule(_ members: String) -> String {
        #"{"rules": [{"code": "K1", "text": "Why.", "feature": "age", \#(members)}]}"#
    }

    static let full = """
        {"scale": {"base_points": 650.5, "base_odds": 30, "points_to_double_odds": 40,
                   "minimum": 300, "maximum": 850},
         "bands": {"of": "points", "list": [{"name": "E", "below": 500}, {"name": "A"}]},
         "decisions": {"of": "points", "approve_from": 620, "decline_below": 540},
         "rules": [
          {"code": "K1", "text": "The applicant is a minor.", "feature": "age", "is": "below",
           "value": 18},
          {"code": "K2", "text": "The grade is too low.", "feature": "grade", "is": "one of",
           "values": ["F", "G"], "decision": "refer"},
          {"code": "K3", "text": "An income is needed.", "feature": "income", "is": "missing"},
          {"code": "K4", "text": "A default is on file.", "feature": "defaulted", "is": "equal",
           "value": true}],
         "changeable": [{"feature": "amount", "direction": "down"}, {"feature": "purpose"}],
         "reasons": [{"feature": "age", "when": "low", "code": "R1", "text": "Age: {value}."},
                     {"feature": "grade", "code": "R2", "text": "The grade."}]}
        """

    @Test func everyKeyIsRead() throws {
        let policy = try read(Self.full)
        #expect(policy.scale.basePoints == 650.5)
        #expect(policy.scale.range == 300...850)
        #expect(policy.bands == PolicyBands(.points, names: ["E", "A"], bounds: [500]))
        #expect(policy.cutoffs == DecisionCutoffs(.points, approve: 620, decline: 540))
        #expect(policy.rules.map(\.comparison) == [.below, .oneOf, .missing, .equal])
        #expect(policy.rules.map(\.decision) == [.decline, .refer, .decline, .decline])
        #expect(policy.rules[0].values == [.number(18)])
        #expect(policy.rules[1].values == [.text("F"), .text("G")])
        #expect(policy.rules[3].values == [.flag(true)])
        #expect(
            policy.changeable == [
                ChangeableFeature("amount", .down), ChangeableFeature("purpose", .any),
            ]
        )
        #expect(
            policy.reasons == [
                ReasonText("age", .low, code: "R1", text: "Age: {value}."),
                ReasonText("grade", .any, code: "R2", text: "The grade."),
            ]
        )
    }

    @Test(arguments: ["{}", full]) func whatIsWrittenIsReadAsTheSame(text: String) throws {
        let policy = try read(text)
        #expect(try PolicyDocument.read(PolicyDocument.text(policy)) == policy)
        #expect(try PolicyDocument.read(PolicyDocument.json(policy)) == policy)
        #expect(PolicyDocument.digest(of: policy).count == 64)
    }

    @Test func whatIsLeftOutIsStandard() throws {
        #expect(try read("{}") == .standard)
        #expect(try read(#"{"scale": null, "rules": []}"#) == .standard)
        let some = try read(
            #"{"decisions": {"of": "probability", "approve_below": 0.1, "decline_from": 0.1}}"#
        )
        #expect(some.bands == .standard)
        #expect(PolicyDocument.digest(of: some) != PolicyDocument.digest(of: .standard))
    }

    @Test func aBoundIsComparedAsItIsAnswered() throws {
        let policy = try read(
            """
            {"bands": {"of": "probability",
                       "list": [{"name": "a", "below": 0.1}, {"name": "b"}]}}
            """
        )
        #expect(policy.bands.bounds == [Float("0.1")])
    }

    @Test(arguments: [
        ("[]", "the policy must be an object"),
        ("{", "the policy is not JSON"),
        (#"{"scales": {}}"#, "the policy: there is no key 'scales'; there are scale, bands,"),
        (#"{"rules": [], "rules": []}"#, "the policy: the key 'rules' is there twice"),
        (#"{"scale": {"base_points": 1}}"#, "scale: the key 'base_odds' is missing"),
        (
            #"{"scale": {"base_points": 1, "base_odds": 0, "points_to_double_odds": 1}}"#,
            "scale: 'base_odds' must be a number from"
        ),
        (
            """
            {"scale": {"base_points": 1, "base_odds": 1, "points_to_double_odds": 1,
             "minimum": 5, "maximum": 5}}
            """,
            "scale: 'maximum' must be more than 'minimum'"
        ),
        (#"{"bands": {"list": [{"name": "a"}]}}"#, "bands: the key 'of' is missing"),
        (#"{"bands": {"of": "score", "list": []}}"#, "bands: 'of' must be probability or points"),
        (
            #"{"bands": {"of": "points", "list": [{"name": "a", "below": 1}]}}"#,
            "band 1: 'below' must be absent"
        ),
        (
            #"{"bands": {"of": "points", "list": [{"name": "a"}, {"name": "b"}]}}"#,
            "band 1: the key 'below' is missing"
        ),
        (
            #"{"bands": {"of": "points", "list": [{"name": "a", "below": 1}, {"name": "a"}]}}"#,
            "bands: 'a' is there twice"
        ),
        (
            #"{"bands": {"of": "points", "list": [{"name": "a", "below": 1.5}, {"name": "b"}]}}"#,
            "band 1: 'below' must be a whole number"
        ),
        (
            """
            {"bands": {"of": "probability", "list": [{"name": "a", "below": 0.5},
             {"name": "b", "below": 0.5}, {"name": "c"}]}}
            """,
            "band 2: 'below' must be more than that of the band before"
        ),
        (
            #"{"decisions": {"of": "points", "approve_below": 1, "decline_from": 2}}"#,
            "decisions of points: there is no key 'approve_below'"
        ),
        (
            #"{"decisions": {"of": "probability", "approve_below": 0.6, "decline_from": 0.5}}"#,
            "decisions of probability: 'approve_below' must be at most 'decline_from'"
        ),
        (
            #"{"decisions": {"of": "points", "approve_from": 1, "decline_below": 2}}"#,
            "decisions of points: 'approve_from' must be at least 'decline_below'"
        ),
    ])
    func aProblemNamesItsPlace(text: String, beginning: String) {
        #expect(problem(text).hasPrefix(beginning), "\(problem(text))")
    }

    @Test(arguments: [
        (#""value": 1"#, "rule 1: the key 'is' is missing"),
        (#""is": "like", "value": 1"#, "rule 1: 'is' must be below or at most"),
        (#""is": "below""#, "rule 1: the key 'value' is missing"),
        (#""is": "below", "values": [1]"#, "rule 1: 'values' must be absent where 'is' is 'below'"),
        (#""is": "missing", "value": 1"#, "rule 1: 'value' must be absent"),
        (#""is": "one of", "values": []"#, "rule 1: 'values' must be a list of 1 to"),
        (#""is": "one of", "values": ["a", "a"]"#, "rule 1: 'a' is there twice"),
        (#""is": "below", "value": []"#, "rule 1: 'value' must be a number, true, false or"),
        (#""is": "missing", "decision": "approve""#, "rule 1: 'decision' must be refer or decline"),
        (#""is": "missing", "reason": "x""#, "rule 1: there is no key 'reason'"),
    ])
    func aProblemOfARuleNamesIt(members: String, beginning: String) {
        let found = problem(rule(members))
        #expect(found.hasPrefix(beginning), "\(found)")
    }

    @Test func codesAndTextsHaveTheirForm() {
        func problem(code: String, text: String) -> String {
            self.problem(
                """
                {"rules": [{"code": "\(code)", "text": "\(text)", "feature": "a",
                            "is": "missing"}]}
                """
            )
        }
        let code = String(repeating: "c", count: PolicyLimits.nameBytesMax)
        let text = String(repeating: "t", count: PolicyLimits.textBytesMax)
        #expect(problem(code: code, text: text).isEmpty)
        #expect(problem(code: code + "c", text: text).hasPrefix("rule 1: 'code' must be"))
        #expect(problem(code: code, text: text + "t").hasPrefix("rule 1: 'text' must be"))
        #expect(problem(code: "a b", text: text).hasPrefix("rule 1: 'code' must be"))
        #expect(problem(code: "", text: text).hasPrefix("rule 1: 'code' must be"))
        #expect(problem(code: code, text: "a\\nb").hasPrefix("rule 1: 'text' must be"))
    }

    @Test(arguments: [
        (#"{"feature": "a", "code": "c"}"#, "reason 1: the key 'text' is missing"),
        (#"{"feature": "a", "text": "t"}"#, "reason 1: the key 'code' is missing"),
        (#"{"code": "c", "text": "t"}"#, "reason 1: the key 'feature' is missing"),
        (
            #"{"feature": "a", "when": "big", "code": "c", "text": "t"}"#,
            "reason 1: 'when' must be any or high or low or usual or missing or unknown"
        ),
        (#"{"feature": "a", "code": "c d", "text": "t"}"#, "reason 1: 'code' must be 1 to 64"),
        (#"{"feature": "a", "code": "c", "text": ""}"#, "reason 1: 'text' must be a text of 1 to"),
        (#"{"feature": "a", "is": "any"}"#, "reason 1: there is no key 'is'"),
        (
            """
            {"feature": "a", "code": "c", "text": "t"},
            {"feature": "a", "code": "d", "text": "u"}
            """,
            "reasons: 'a any' is there twice"
        ),
    ])
    func aProblemOfAReasonNamesIt(reasons: String, beginning: String) {
        let found = problem(#"{"reasons": [\#(reasons)]}"#)
        #expect(found.hasPrefix(beginning), "\(found)")
    }

    /// Digests of policies that are stored stay as they are.
    @Test func aPolicyWithoutReasonsIsWrittenWithoutThem() throws {
        let text = String(decoding: PolicyDocument.text(.standard), as: UTF8.self)
        #expect(!text.contains("reasons"))
        #expect(try read(#"{"reasons": []}"#) == .standard)
    }

    @Test func countsHaveLimits() {
        func bands(_ count: Int) -> String {
            let list =
                (1..<count).map { #"{"name": "b\#($0)", "below": \#($0)}"# }
                + [#"{"name": "last"}"#]
            return #"{"bands": {"of": "points", "list": [\#(list.joined(separator: ","))]}}"#
        }
        #expect(problem(bands(PolicyLimits.bandsMax)).isEmpty)
        #expect(problem(bands(PolicyLimits.bandsMax + 1)).hasPrefix("bands: 'list' must be"))
        func rules(_ count: Int) -> String {
            let one = #"{"code": "K", "text": "t", "feature": "a", "is": "missing"}"#
            let list = Array(repeating: one, count: count).joined(separator: ",")
            return #"{"rules": [\#(list)]}"#
        }
        #expect(problem(rules(PolicyLimits.rulesMax)).isEmpty)
        #expect(problem(rules(PolicyLimits.rulesMax + 1)).hasPrefix("the policy: 'rules' must be"))
        func values(_ count: Int) -> String {
            let list = (0..<count).map { "\($0)" }.joined(separator: ",")
            return rule(#""is": "one of", "values": [\#(list)]"#)
        }
        #expect(problem(values(PolicyLimits.valuesMax)).isEmpty)
        #expect(problem(values(PolicyLimits.valuesMax + 1)).hasPrefix("rule 1: 'values' must be"))
        func changeable(_ count: Int) -> String {
            let list = (0..<count).map { #"{"feature": "f\#($0)"}"# }.joined(separator: ",")
            return #"{"changeable": [\#(list)]}"#
        }
        #expect(problem(changeable(PolicyLimits.changeableMax)).isEmpty)
        #expect(problem(changeable(PolicyLimits.changeableMax + 1)).contains("'changeable' must"))
        #expect(
            problem(#"{"changeable": [{"feature": "a"}, {"feature": "a"}]}"#)
                == "changeable: 'a' is there twice"
        )
        #expect(
            problem(#"{"changeable": [{"feature": "a", "direction": "left"}]}"#)
                .hasPrefix("changeable 1: 'direction' must be up or down or any")
        )
        func reasons(_ count: Int) -> String {
            let list = (0..<count).map { #"{"feature": "f\#($0)", "code": "c", "text": "t"}"# }
            return #"{"reasons": [\#(list.joined(separator: ","))]}"#
        }
        #expect(problem(reasons(PolicyLimits.reasonsMax)).isEmpty)
        #expect(problem(reasons(PolicyLimits.reasonsMax + 1)).contains("'reasons' must be"))
        let blanks = String(repeating: " ", count: PolicyDocument.lengthMax - 2)
        #expect(problem("{}" + blanks).isEmpty)
        #expect(problem("{}" + blanks + " ").hasPrefix("the policy is longer than"))
        func minimum(_ points: Int) -> String {
            """
            {"scale": {"base_points": 1, "base_odds": 1, "points_to_double_odds": 1,
             "minimum": \(points)}}
            """
        }
        #expect(problem(minimum(-PolicyLimits.pointsMax)).isEmpty)
        #expect(problem(minimum(-PolicyLimits.pointsMax - 1)).hasPrefix("scale: 'minimum' must"))
    }

    @Test func aTallyCountsWhatWouldChange() throws {
        let bound = BoundPolicy.standard
        let strict = try BoundPolicy(
            read(
                """
                {"decisions": {"of": "probability", "approve_below": 0.1, "decline_from": 0.3}}
                """
            ),
            features: []
        )
        let probabilities: [Float] = [0.05, 0.15, 0.25, 0.35, 0.6]
        func decisions(_ policy: BoundPolicy) -> Decisions {
            let rows = probabilities.map { policy.row(margin: 0, probability: $0, rules: []) }
            return Decisions(policy: policy.policy, rows: rows)
        }
        var tally = PolicyTally(strict.policy)
        tally.add(decisions(strict), current: decisions(bound))
        #expect(tally.rowCount == 5)
        #expect(tally.bands == [2, 2, 1])
        #expect(Decision.allCases.map { tally.count($0) } == [1, 2, 2])
        #expect(tally.changes == [[1, 1, 0], [0, 1, 1], [0, 0, 1]])
        #expect(tally.changedCount == 2)
    }
}
