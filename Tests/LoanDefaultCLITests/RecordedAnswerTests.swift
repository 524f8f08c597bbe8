// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What a server answered is in its record, and the record alone explains it.
@Suite struct RecordedAnswerTests {
    private static let body = """
        {"backend": "local", "model_name": "model.joblib", "local_model_path": "models",
         "preprocessor_path": "data", "reasons": 4, "decisions": true, "sample": [
          {"person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
           "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D",
           "loan_amnt": 35000, "loan_int_rate": 16.02, "loan_percent_income": 0.59,
           "cb_person_default_on_file": "Y", "cb_person_cred_hist_length": 3}]}
        """

    /// A number as the program writes it in JSON.
    private func text(_ value: Any?) throws -> String {
        "\(try #require(value as? NSNumber).floatValue)"
    }

    @Test func anAnswerIsExplainedFromTheRecord() throws {
        let record = try TemporaryFolder()
        // The folder is there as long as the value.
        defer { withExtendedLifetime(record) {} }
        let place = record.path("record")
        var answered: [String: Any] = [:]
        try ServedProgram.with(["--record", place, "--record-mode", "required"]) { server in
            #expect(try server.isReady(within: .seconds(60)))
            let answer = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: Self.body,
                headers: ["Content-Type": "application/json", "x-request-id": "application-4711"]
            )
            #expect(answer.status == 200, "\(answer.text)")
            let value = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
            answered = try #require(value as? [String: Any])
            // The record is read while it is being written, too.
            let found = try Program.run(["audit", "find", "application-4711", place])
            #expect(found.status == 0, "\(found.errors)")
            let line = try JSONSerialization.jsonObject(with: Data(found.output.utf8))
            let decision = try #require(line as? [String: Any])
            let output = try #require(answered["Prediction Output"] as? [[Any]])
            #expect(try text(decision["prediction"]) == text(output[0][1]))
            let decided = try #require(answered["Decisions"] as? [[String: Any]])
            #expect(decision["points"] as? Int == decided[0]["points"] as? Int)
            #expect(decision["band"] as? String == decided[0]["band"] as? String)
            #expect(decision["decision"] as? String == decided[0]["decision"] as? String)
        }
        let replayed = try Program.run([
            "replay", place, "--id", "application-4711", "--reasons", "4",
        ])
        #expect(replayed.status == 0, "\(replayed.errors)")
        #expect(replayed.output.hasSuffix("every bit is the same\n"))
        let explanations = try #require(answered["Explanations"] as? [[String: Any]])
        let reasons = try #require(explanations[0]["reasons"] as? [[String: Any]])
        #expect(!reasons.isEmpty)
        let lines = replayed.output.split(separator: "\n")
        for (index, reason) in reasons.enumerated() {
            let line = try #require(lines.first { $0.hasPrefix("  \(index + 1). ") })
            let code = try #require(reason["code"] as? String)
            #expect(line.contains("[\(code)]: +\(try text(reason["contribution"]))"), "\(line)")
        }
        #expect(lines.count { $0.contains(#/^  [0-9]+\. /#) } == reasons.count)
    }
}
