// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanService
import Testing

/// A bank's own codes and texts of reasons, stored with a model and answered over HTTP.
@Suite struct ReasonCatalogueTests {
    private func reasons(
        _ server: HTTPTestServer,
        _ sample: String = "[\(HTTPTestServer.record)]"
    ) async throws -> [JSONObject] {
        let body = HTTPTestServer.predictBody(sample, extra: #", "reasons": {"max": 11}"#)
        let answer = try await server.post("/predict", body)
        try #require(answer.status == 200, "\(answer.text)")
        guard case .array(let rows)? = try answer.json().object?["Explanations"] else { return [] }
        return rows.flatMap { row -> [JSONObject] in
            guard case .array(let list)? = row.object?["reasons"] else { return [] }
            return list.compactMap(\.object)
        }
    }

    private func setPolicy(
        _ server: HTTPTestServer,
        _ policy: Policy
    ) async throws -> HTTPTestServer.Answer {
        let document = String(decoding: PolicyDocument.json(policy).serialized, as: UTF8.self)
        return try await server.post(
            "/models/model.joblib/policy",
            #"{"policy": \#(document)}"#
        )
    }

    /// What is made from the names of the features, as a catalogue to begin with.
    private func usualTexts(_ server: HTTPTestServer) throws -> [ReasonText] {
        ReasonCatalogue(try server.service.served.model("model.joblib")).texts
    }

    @Test func theUsualTextsAreACatalogueThatAnswersTheSame() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let record = HTTPTestServer.record
            let sample = """
                [\(record), \(record.replacingOccurrences(of: "16.02", with: "null")),
                 \(record.replacingOccurrences(of: "\"D\"", with: "\"ZZ\""))]
                """
            let before = try await reasons(server, sample)
            #expect(!before.isEmpty)
            let set = try await setPolicy(server, Policy(reasons: usualTexts(server)))
            try #require(set.status == 200, "\(set.text)")
            #expect(try await reasons(server, sample) == before)
        }
    }

    @Test func aBanksOwnCodesAndTextsAreAnswered() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let before = try await reasons(server)
            let own = try usualTexts(server).enumerated().map { index, text in
                ReasonText(
                    text.feature,
                    text.occasion,
                    code: "B\(index)",
                    text: "\(text.feature) \(text.occasion.rawValue): {value}."
                )
            }
            let scale = PointScale(basePoints: 500, baseOdds: 10, pointsToDoubleOdds: 50)
            let set = try await setPolicy(server, Policy(scale: scale, reasons: own))
            try #require(set.status == 200, "\(set.text)")
            let after = try await reasons(server)
            #expect(after.map { $0["feature"] } == before.map { $0["feature"] })
            #expect(after.map { $0["contribution"] } == before.map { $0["contribution"] })
            for reason in after {
                let feature = try #require(reason["feature"]?.text)
                let text = try #require(reason["text"]?.text)
                let used = try #require(own.first { $0.code == reason["code"]?.text })
                #expect(used.feature == feature)
                #expect(text.hasPrefix("\(feature) \(used.occasion.rawValue): "))
                #expect(!text.contains("{"))
                // Points are those of the policy's scale.
                guard case .number(let points)? = reason["points"],
                    case .number(let contribution)? = reason["contribution"]
                else {
                    Issue.record("no points")
                    continue
                }
                #expect(
                    points.value == scale.points(ofContribution: Double(Float(contribution.value)))
                )
            }
            let explained = try await server.post(
                "/v1/models/model.joblib:explain",
                #"{"instances": [\#(HTTPTestServer.record)], "reasons": {"max": 11}}"#
            )
            for reason in after {
                let text = try #require(reason["text"]?.text)
                #expect(explained.text.contains("\"\(text)\""), "\(explained.text)")
            }
        }
    }

    @Test func aCatalogueThatLeavesSomethingOutIsRefusedByName() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let own = try usualTexts(server).filter {
                $0.feature != "loan_grade" && $0.occasion != .low
            }
            let answer = try await setPolicy(server, Policy(reasons: own))
            #expect(answer.status == 400, "\(answer.text)")
            for missing in [
                "loan_grade any", "loan_grade missing", "loan_grade unknown", "loan_int_rate low",
                "cb_person_cred_hist_length low",
            ] {
                #expect(answer.text.contains(missing), "\(missing): \(answer.text)")
            }
            let reference = try await server.get("/models/model.joblib/policy")
            #expect(reference.text.contains(#""is_standard":true"#), "\(reference.text)")
        }
    }
}
