// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanService
import TestSupport
import Testing

/// `"changes": true` of `/predict`.
@Suite struct ChangeCallsTests {
    private static let policy = """
        {"changeable": [{"feature": "debt", "direction": "down"}, {"feature": "owner"}]}
        """

    private func withModel(
        policy: String = policy,
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        try await HTTPTestServer.with { server in
            var text = ModelText(
                [.stump(0, below: 10, (-2, 1.5)), .stump(1, below: 0.5, (0.25, -1))],
                featureCount: 2
            )
            text.featureNames = ["debt", "owner"]
            text.hasCovers = true
            try await server.bring(text.json, policy: policy)
            try await body(server)
        }
    }

    private func predict(
        _ server: HTTPTestServer,
        _ sample: String,
        _ more: String = #", "changes": true"#
    ) async throws -> HTTPTestServer.Answer {
        try await server.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": \(sample)\(more)}
            """
        )
    }

    @Test func changesAreParallelToPredictions() async throws {
        try await withModel { server in
            let sample = #"[{"debt": 12, "owner": 0}, {"debt": 1, "owner": 1}]"#
            let plain = try await predict(server, sample, "")
            let answer = try await predict(server, sample)
            try #require(answer.status == 200, "\(answer.text)")
            #expect(answer.text.hasPrefix(plain.text.dropLast()))
            guard case .array(let rows)? = try answer.json().object?["Changes"] else {
                Issue.record("\(answer.text)")
                return
            }
            #expect(rows.count == 2 && rows[1] == .null)
            let debt = """
                {"feature":"debt","from":12.0,"to":\(Float(10).nextDown),"size":
                """
            #expect(answer.text.contains(#""Changes":[{"one":[\#(debt)"#), "\(answer.text)")
            let both = try await predict(server, sample, #", "changes": true, "decisions": true"#)
            #expect(both.text.contains(#""Decisions":[{"#) && both.text.contains(#""Changes":[{"#))
        }
    }

    /// The same model explains, decides and looks for changes in one answer.
    @Test func explanationsMayHaveChangesAndDecisions() async throws {
        try await withModel { server in
            let sample = #"[{"debt": 12, "owner": 0}, {"debt": 1, "owner": 1}]"#
            let expected = try await predict(
                server,
                sample,
                #", "changes": true, "decisions": true"#
            )
            func explain(_ more: String, rows: String = sample) async throws
                -> HTTPTestServer.Answer
            {
                try await server.post(
                    "/v1/models/mine.json:explain",
                    #"{"instances": \#(rows)\#(more)}"#
                )
            }
            let plain = try await explain("")
            try #require(plain.status == 200, "\(plain.text)")
            let answer = try await explain(#", "changes": true, "decisions": true"#)
            try #require(answer.status == 200, "\(answer.text)")
            #expect(answer.text.hasPrefix(plain.text.dropLast()))
            let object = try #require(try answer.json().object)
            #expect(object["changes"] == (try expected.json().object?["Changes"]))
            #expect(object["decisions"] == (try expected.json().object?["Decisions"]))
            let row = #"{"debt": 12, "owner": 0}"#
            let many = Array(repeating: row, count: ChangeLimits.rowsMax + 1)
            let refused = try await explain(
                #", "changes": true"#,
                rows: "[\(many.joined(separator: ","))]"
            )
            #expect(refused.status == 400 && refused.text.contains("at most 16 rows"))
            let wrong = try await explain(#", "changes": 1"#)
            #expect(wrong.status == 400 && wrong.text.contains("changes"), "\(wrong.text)")
        }
        try await withModel(policy: "{}") { server in
            let none = try await server.post(
                "/v1/models/mine.json:explain",
                #"{"instances": [{"debt": 12, "owner": 0}], "changes": true}"#
            )
            #expect(none.status == 400)
            #expect(none.text.contains("has no changeable features"), "\(none.text)")
        }
    }

    @Test func whatCannotBeLookedForIsRefused() async throws {
        try await withModel { server in
            let row = #"{"debt": 12, "owner": 0}"#
            func rows(_ count: Int) -> String {
                "[" + Array(repeating: row, count: count).joined(separator: ",") + "]"
            }
            #expect(try await predict(server, rows(ChangeLimits.rowsMax)).status == 200)
            let many = try await predict(server, rows(ChangeLimits.rowsMax + 1))
            #expect(many.status == 422 && many.text.contains("at most 16 rows"), "\(many.text)")
            let wrong = try await predict(server, rows(1), #", "changes": 1"#)
            #expect(wrong.status == 422 && wrong.text.contains("changes"))
        }
        try await withModel(policy: "{}") { server in
            let none = try await predict(server, #"[{"debt": 12, "owner": 0}]"#)
            #expect(none.status == 422)
            #expect(none.text.contains("has no changeable features"), "\(none.text)")
        }
    }
}
