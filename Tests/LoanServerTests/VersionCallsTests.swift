// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanServer
import TestSupport
import Testing

/// The stored versions of a model, over HTTP.
@Suite struct VersionCallsTests {
    @Test func aRollbackPutsAnEarlierVersionIntoService() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            func rollBack(_ body: String) async throws -> HTTPTestServer.Answer {
                try await server.post("/models/model.joblib/rollback", body)
            }
            func answer() async throws -> String {
                let body = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
                return try await server.post("/predict", body).text
            }
            let first = try await answer()
            #expect(try await rollBack("").status == 404)
            let train = try await server.post(
                "/train",
                """
                {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                 "model_name": "model.joblib", "parameters": {"rounds": 5, "max_depth": 2}}
                """
            )
            try #require(train.status == 200)
            let second = try await answer()
            #expect(second != first)
            let before = try await server.get("/models/model.joblib/versions").json()
            guard case .array(let versions)? = before.object?["versions"], versions.count == 2
            else {
                Issue.record("\(before)")
                return
            }
            #expect(versions.map { $0.object?["is_current"] } == [.bool(true), .bool(false)])
            let older = try #require(versions[1].object?["version"])

            let back = try await rollBack("")
            #expect(back.status == 200)
            #expect(try back.json().object?["version"] == older)
            #expect(try await answer() == first)
            let inService = try await server.get("/v2/models/model.joblib").json()
            #expect(inService.object?["versions"] == .array([older]))

            for (body, status) in [
                (#"{"version": 7}"#, 400), (#"{"version": "x"}"#, 400), ("[]", 400), ("{", 400),
                (#"{"version": "20010101T000000Z-00000000"}"#, 404),
            ] {
                #expect(try await rollBack(body).status == status, "\(body)")
            }
            // A name that pins a generation asks for that one.
            let newer = try #require(versions[0].object?["version"])
            let (old, new) = (Self.text(older), Self.text(newer))
            let both = try await server.post(
                "/models/model.joblib%40\(new)/rollback",
                #"{"version": "\#(old)"}"#
            )
            #expect(both.status == 400, "\(both.text)")
            #expect(both.text.contains(old) && both.text.contains(new), "\(both.text)")
            #expect(try await answer() == first)
            let forward = try await server.post("/models/model.joblib%40\(new)/rollback", "")
            #expect(forward.status == 200, "\(forward.text)")
            #expect(try forward.json().object?["version"] == newer)
            #expect(try await answer() == second)
            let again = try await server.post(
                "/models/model.joblib%40\(old)/rollback",
                #"{"version": "\#(old)"}"#
            )
            #expect(again.status == 200, "\(again.text)")
            let one = try await server.get("/models/model.joblib%40\(old)/versions").json()
            guard case .array(let listed)? = one.object?["versions"] else {
                Issue.record("\(one)")
                return
            }
            #expect(listed.map { $0.object?["version"] } == [older])
            #expect(try await server.get("/models/absent/versions").status == 404)
            #expect(try await answer() == first)
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { "" }
    }
}
