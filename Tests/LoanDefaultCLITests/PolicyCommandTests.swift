// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default policy` on a model of another tool, as its users run it.
@Suite struct PolicyCommandTests {
    private static let table = "debt,years\n1,2\n11,2\n1,\n12,3\n"
    private static let strict = """
        {"decisions": {"of": "probability", "approve_below": 0.01, "decline_from": 0.5},
         "rules": [{"code": "YEARS", "text": "The history is short.", "feature": "years",
                    "is": "missing"}]}
        """

    /// The probabilities are 0.047 where the debt is below 10, and else 0.82.
    private func withModel(_ body: (TemporaryFolder, [String]) throws -> Void) throws {
        let folder = try TemporaryFolder()
        var text = ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2)
        text.featureNames = ["debt", "years"]
        try Data(text.bytes).write(to: folder.url.appendingPathComponent("model.json"))
        for (name, content) in [("new.csv", Self.table), ("policy.json", Self.strict)] {
            try Data(content.utf8).write(to: folder.url.appendingPathComponent(name))
        }
        try body(folder, ["--model", folder.path("model.json"), "--input", folder.path("new.csv")])
    }

    private func number(_ output: String, _ beginning: String) -> String? {
        output.split(separator: "\n").first { $0.hasPrefix(beginning) }?
            .split(separator: " ").dropFirst(beginning.split(separator: " ").count).first
            .map(String.init)
    }

    @Test func aCheckCountsAndSaysWhatWouldChange() throws {
        try withModel { folder, model in
            let check = ["policy", "check", folder.path("policy.json")] + model
            let outcome = try Program.run(check)
            try #require(outcome.status == 0, "\(outcome.errors)")
            for (beginning, count) in [
                ("  low", "2"), ("  medium", "0"), ("  high", "2"), ("  YEARS", "1"),
            ] {
                #expect(number(outcome.output, beginning) == count, "\(outcome.output)")
            }
            // So far two are approved: one would be referred, one declined by the rule.
            let approved = outcome.output.split(separator: "\n").last { $0.hasPrefix("  approve") }
            #expect(
                approved?.split(separator: " ").map(String.init) == ["approve", "0", "1", "1"]
            )
            #expect(outcome.output.hasSuffix("2 decisions change (50.0 %)\n"))

            let same = try Program.run(check + ["--current", folder.path("policy.json")])
            #expect(same.output.hasSuffix("0 decisions change (0.0 %)\n"))
            #expect(try Program.run(check + ["--changes-max", "0.5"]).status == 0)
            let many = try Program.run(check + ["--changes-max", "0.49"])
            #expect(many.status == 1)
            #expect(many.errors.contains("2 of 4 decisions would change"), "\(many.errors)")
            #expect(try Program.run(check + ["--changes-max", "2"]).status == 2)
        }
    }

    @Test func aPolicyThatCannotBeUsedEndsWithOne() throws {
        try withModel { folder, model in
            let wrong = folder.path("wrong.json")
            for (content, reason) in [
                (#"{"bands": 1}"#, "bands must be an object"),
                (
                    #"{"rules": [{"code": "A", "text": "b", "feature": "dept", "is": "missing"}]}"#,
                    "rule 1: the model has no feature 'dept'; it has debt"
                ),
            ] {
                try Data(content.utf8).write(to: URL(fileURLWithPath: wrong))
                let outcome = try Program.run(["policy", "check", wrong] + model)
                #expect(outcome.status == 1)
                #expect(outcome.errors.contains("\(wrong): \(reason)"), "\(outcome.errors)")
            }
            let absent = try Program.run(["policy", "check", folder.path("no.json")] + model)
            #expect(absent.status == 1)
            let unnamed = ["policy", "check", folder.path("policy.json")] + model.suffix(2)
            #expect(try Program.run(unnamed).status == 2)
        }
    }

    @Test func whatIsShownIsTheStandardPolicyAndCanBeInspected() throws {
        let folder = try TemporaryFolder()
        let shown = try Program.run(["policy", "show"])
        try #require(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains(#""approve_below":0.2"#))
        let path = folder.path("policy.json")
        try Data(shown.output.utf8).write(to: URL(fileURLWithPath: path))
        let inspected = try Program.run(["inspect", path])
        #expect(inspected.output.hasPrefix("policy "), "\(inspected.errors)")
        #expect(inspected.output.contains(#""approve_below":0.2"#))
    }

    @Test func theReasonsOfAModelAreShownToBeginWith() throws {
        try withModel { folder, model in
            let shown = try Program.run(["policy", "show", "--with-reasons"] + model.prefix(2))
            try #require(shown.status == 0, "\(shown.errors)")
            #expect(
                shown.output.contains(
                    #"{"feature":"debt","when":"any","code":"DEBT","text":"Debt is {value}"}"#
                ),
                "\(shown.output)"
            )
            let path = folder.path("reasons.json")
            try Data(shown.output.utf8).write(to: URL(fileURLWithPath: path))
            #expect(try Program.run(["policy", "check", path] + model).status == 0)
            let lines = shown.output.split(separator: "\n").filter { !$0.contains("\"years\"") }
            let cut = lines.joined(separator: "\n")
                .replacingOccurrences(of: "missing\"},\n  ]", with: "missing\"}\n  ]")
            try Data(cut.utf8).write(to: URL(fileURLWithPath: path))
            let refused = try Program.run(["policy", "check", path] + model)
            #expect(refused.status == 1)
            #expect(
                refused.errors.contains("texts are missing for years any, years missing"),
                "\(refused.errors)"
            )
            #expect(try Program.run(["policy", "show", "--with-reasons"]).status == 2)
        }
    }

    @Test func predictionsHaveColumnsOfTheSmallestChanges() throws {
        try withModel { folder, model in
            // The debt of 12 is approved from just below 10 on.
            let policy = #"{"changeable": [{"feature": "debt", "direction": "down"}]}"#
            try Data(policy.utf8).write(
                to: URL(fileURLWithPath: folder.path("model.json.policy.json"))
            )
            let stored = [
                "predict", "--output", "-", "--changes", "--input", folder.path("new.csv"),
                "--storage-root", folder.url.path, "--backend", "local", "--local-model-path", ".",
                "--model-name", "model.json",
            ]
            let outcome = try Program.run(stored)
            try #require(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines[0] == "prediction,probability,change_of_one,change_of_two")
            #expect(lines[1].hasSuffix(",,"), "\(lines[1])")
            #expect(lines[2].hasSuffix(",debt=\(Float(10).nextDown),"), "\(lines[2])")
            let both = try Program.run(stored + ["--decisions"])
            #expect(both.output.contains(",low,approve,,,\n"), "\(both.output)")
            // A file alone has the standard policy, which calls nothing changeable.
            let alone = try Program.run(["predict", "--output", "-", "--changes"] + model)
            #expect(alone.status == 2, "\(alone.errors)")
        }
    }

    @Test func predictionsHaveColumnsOfDecisions() throws {
        try withModel { _, model in
            let plain = try Program.run(["predict", "--output", "-"] + model)
            let decided = try Program.run(["predict", "--output", "-", "--decisions"] + model)
            try #require(decided.status == 0, "\(decided.errors)")
            let lines = decided.output.split(separator: "\n")
            let before = plain.output.split(separator: "\n")
            #expect(lines.count == before.count)
            #expect(zip(lines, before).allSatisfy { $0.hasPrefix($1 + ",") })
            #expect(lines[0] == "prediction,probability,points,band,decision,rules")
            #expect(lines[1].hasSuffix(",574,low,approve,"), "\(lines[1])")
            #expect(lines[2].hasSuffix(",444,high,decline,"), "\(lines[2])")
        }
    }
}
