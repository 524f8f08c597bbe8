// SPDX-License-Identifier: Apache-2.0

import Foundation
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
            let folder = server.storage.url.appendingPathComponent("brought")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var text = ModelText(
                [.stump(0, below: 10, (-2, 1.5)), .stump(1, below: 0.5, (0.25, -1))],
                featureCount: 2
            )
            text.featureNames = ["debt", "owner"]
            try Data(text.bytes).write(to: folder.appendingPathComponent("mine.json"))
            try Data(policy.utf8).write(to: folder.appendingPathComponent("mine.json.policy.json"))
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
