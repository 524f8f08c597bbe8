// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanServer
import LoanService
import Testing

/// `/predict` with reasons, over HTTP.
@Suite struct ReasonTests {
    private static func number(_ value: JSONValue?) -> Double? {
        guard case .number(let number)? = value else { return nil }
        return number.value
    }

    private static func explanations(
        _ answer: HTTPTestServer.Answer
    ) throws -> [JSONObject?] {
        let object = try #require(try answer.json().object, "\(answer.text)")
        guard case .array(let list)? = object["Explanations"] else {
            Issue.record("no explanations: \(answer.text)")
            return []
        }
        return list.map(\.object)
    }

    private static func reasons(_ explanation: JSONObject) -> [JSONObject] {
        guard case .array(let list)? = explanation["reasons"] else { return [] }
        return list.compactMap(\.object)
    }

    @Test func reasonsFollowPredictionsThatStayAsTheyAre() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let sample = "[\(HTTPTestServer.record), \(HTTPTestServer.record)]"
            let plain = try await server.post("/predict", HTTPTestServer.predictBody(sample))
            let body = HTTPTestServer.predictBody(sample, extra: #", "reasons": 4"#)
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(plain.text.dropLast()))
            let explanations = try Self.explanations(answer)
            #expect(explanations.count == 2)
            #expect(explanations[0] == explanations[1])
            let reasons = Self.reasons(try #require(explanations[0]))
            #expect((1...4).contains(reasons.count))
            let contributions = reasons.compactMap { Self.number($0["contribution"]) }
            #expect(contributions.count == reasons.count)
            #expect(contributions.allSatisfy { $0 > 0 })
            #expect(contributions == contributions.sorted(by: >))
            for reason in reasons {
                for name in ["feature", "code", "text"] {
                    guard case .string(let text)? = reason[name], !text.isEmpty else {
                        Issue.record("\(name) is no text: \(answer.text)")
                        continue
                    }
                }
            }
        }
    }

    @Test func contributionsAndBaseAddUpToTheMargin() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let body = HTTPTestServer.predictBody(
                "[\(HTTPTestServer.record)]",
                extra: #", "reasons": {"max": 11, "contributions": true}"#
            )
            let answer = try await server.post("/predict", body)
            let explanation = try #require(try Self.explanations(answer)[0])
            let contributions = try #require(explanation["contributions"]?.object)
            let base = try #require(Self.number(explanation["base"]))
            let margin = try #require(Self.number(explanation["margin"]))
            #expect(contributions.members.count == 11)
            let values = contributions.members.compactMap { Self.number($0.value) }
            #expect(values.count == 11)
            #expect(abs(base + values.reduce(0, +) - margin) < 3e-6)
            // Every feature that raises the risk is a reason, and no other one.
            let raising = contributions.members.filter { (Self.number($0.value) ?? 0) > 0 }
            let reasons = Self.reasons(explanation)
            #expect(reasons.count == raising.count)
            // The probability of the margin is the one that is answered.
            let output = try #require(try answer.json().object?["Prediction Output"])
            guard case .array(let rows) = output, case .array(let row)? = rows.first,
                let probability = Self.number(row.last)
            else {
                Issue.record("no prediction: \(answer.text)")
                return
            }
            #expect(abs(1 / (1 + exp(-margin)) - probability) < 1e-6)
        }
    }

    @Test(arguments: ["4096", "{\"max\": 4096}"])
    func asManyReasonsAsAreAllowedMayBeAskedFor(most: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let sample = "[\(HTTPTestServer.record)]"
            let body = HTTPTestServer.predictBody(sample, extra: #", "reasons": \#(most)"#)
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try Self.explanations(answer).count == 1)
            let more = most.replacingOccurrences(of: "4096", with: "4097")
            let refusal = try await server.post(
                "/predict",
                HTTPTestServer.predictBody(sample, extra: #", "reasons": \#(more)"#)
            )
            #expect(refusal.status == 422)
            #expect(refusal.text.contains("must be a whole number from 0 to 4096"))
        }
    }

    /// The margin of the other record is the base, and what both have contributes nothing.
    @Test func aRecordMayBeTheBaseline() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let other = HTTPTestServer.record
                .replacingOccurrences(of: "\"loan_grade\": \"D\"", with: "\"loan_grade\": \"A\"")
                .replacingOccurrences(of: "16.02", with: "5.5")
            func explained(_ sample: String, by baseline: String) async throws -> [JSONObject?] {
                try Self.explanations(
                    await server.post(
                        "/predict",
                        HTTPTestServer.predictBody(
                            sample,
                            extra: """
                                , "reasons": {"contributions": true, "baseline": \(baseline)}
                                """
                        )
                    )
                )
            }
            let sample = "[\(HTTPTestServer.record), \(other)]"
            let rows = try await explained(sample, by: other)
            let (first, second) = (try #require(rows[0]), try #require(rows[1]))
            let base = try #require(Self.number(first["base"]))
            #expect(base == Self.number(second["margin"]))
            #expect(Self.reasons(second).isEmpty)
            let contributions = try #require(first["contributions"]?.object).members
            let total = contributions.compactMap { Self.number($0.value) }.reduce(base, +)
            #expect(abs(total - (try #require(Self.number(first["margin"])))) < 3e-6)
            let changed = ["loan_grade", "loan_int_rate"]
            for member in contributions where !changed.contains(member.name) {
                #expect(Self.number(member.value) == 0, "\(member.name)")
            }
            let average = try await explained(sample, by: #""average""#)
            #expect(average != rows)
        }
    }

    @Test func aBaselineThatIsNoRecordOfTheModelIsRefused() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let body = HTTPTestServer.predictBody(
                "[\(HTTPTestServer.record)]",
                extra: #", "reasons": {"baseline": {"person_age": "old"}}"#
            )
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 422)
            #expect(answer.text.contains(#"["body","reasons","baseline","person_age"]"#))
        }
    }

    @Test func onlyAdverseRowsAreExplainedWhereThatIsAsked() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let harmless = HTTPTestServer.record
                .replacingOccurrences(of: "\"loan_grade\": \"D\"", with: "\"loan_grade\": \"A\"")
                .replacingOccurrences(of: "59000", with: "900000")
                .replacingOccurrences(of: "0.59", with: "0.01")
                .replacingOccurrences(of: "16.02", with: "5.5")
            let body = HTTPTestServer.predictBody(
                "[\(HTTPTestServer.record), \(harmless)]",
                extra: #", "reasons": {"when": "adverse"}"#
            )
            let answer = try await server.post("/predict", body)
            let explanations = try Self.explanations(answer)
            let output = try #require(try answer.json().object?["Prediction Output"])
            guard case .array(let rows) = output else { return }
            let labels = rows.map { row -> JSONValue? in
                if case .array(let pair) = row { return pair.first }
                return nil
            }
            #expect(labels.count == 2)
            for (label, explanation) in zip(labels, explanations) {
                #expect((label == .string("True")) == (explanation != nil))
            }
            #expect(explanations.contains { $0 == nil })
        }
    }

    @Test func missingAndUnknownValuesAreSaid() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let record = HTTPTestServer.record
                .replacingOccurrences(of: "\"loan_grade\": \"D\"", with: "\"loan_grade\": \"ZZ\"")
                .replacingOccurrences(of: "16.02", with: "null")
            let body = HTTPTestServer.predictBody(
                "[\(record), \(HTTPTestServer.record)]",
                extra: #", "reasons": {"max": 11}"#
            )
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 200, "\(answer.text)")
            let first = Self.reasons(try #require(try Self.explanations(answer)[0]))
            for reason in first {
                if reason["feature"] == .string("loan_grade") {
                    #expect(reason["code"] == .string("LOAN_GRADE_UNKNOWN"))
                    #expect(reason["value"] == .null)
                }
                if reason["feature"] == .string("loan_int_rate") {
                    #expect(reason["code"] == .string("LOAN_INT_RATE_MISSING"))
                    #expect(reason["value"] == .null)
                }
            }
        }
    }

    @Test(arguments: [
        #""4""#, "-1", "1.5", "5000", "true", #"{"max": "4"}"#, #"{"when": "never"}"#,
        #"{"contributions": 1}"#, #"{"baseline": 4}"#, #"{"more": 1}"#, "[4]",
    ])
    func whatIsNotUnderstoodIsRefused(reasons: String) async throws {
        try await HTTPTestServer.with { server in
            let body = HTTPTestServer.predictBody("[{}]", extra: ", \"reasons\": \(reasons)")
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.text.contains("\"reasons\""))
        }
    }

    @Test(arguments: ["null", "false", "0"])
    func noReasonsAreGivenWhereNoneAreAsked(reasons: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let sample = "[\(HTTPTestServer.record)]"
            let plain = try await server.post("/predict", HTTPTestServer.predictBody(sample))
            let body = HTTPTestServer.predictBody(sample, extra: ", \"reasons\": \(reasons)")
            #expect(try await server.post("/predict", body).text == plain.text)
        }
    }

    /// With admission the rows are explained in slices, by threads of its own.
    @Test func slicesGiveTheSameReasonsAsOneCall() async throws {
        let admission = AdmissionControl(threadCount: 2)
        try await HTTPTestServer.withTrainedModel(admission: admission) { server in
            let records = (0..<150).map { index in
                HTTPTestServer.record.replacingOccurrences(
                    of: "59000",
                    with: "\(20000 + index * 500)"
                )
            }
            let extra = #", "reasons": {"contributions": true}"#
            let all = try await server.post(
                "/predict",
                HTTPTestServer.predictBody("[\(records.joined(separator: ","))]", extra: extra)
            )
            let explanations = try Self.explanations(all)
            #expect(explanations.count == 150)
            for index in [0, 15, 16, 63, 64, 149] {
                let one = try await server.post(
                    "/predict",
                    HTTPTestServer.predictBody("[\(records[index])]", extra: extra)
                )
                #expect(try Self.explanations(one)[0] == explanations[index])
            }
        }
        try await admission.stop()
    }

    @Test func moreRecordsThanReasonsAreGivenForAreRefused() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let count = ReasonLimits.rowsMax + 1
            let records = [String](repeating: HTTPTestServer.record, count: count)
            let body = HTTPTestServer.predictBody(
                "[\(records.joined(separator: ","))]",
                extra: #", "reasons": 1"#
            )
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 422)
            #expect(answer.text.contains("\(ReasonLimits.rowsMax)"))
        }
    }
}
