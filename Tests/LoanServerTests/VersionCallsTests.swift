// SPDX-License-Identifier: Apache-2.0

import Foundation
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
            #expect(try await server.get("/models/absent/versions").status == 404)
            #expect(try await answer() == first)
        }
    }
}
