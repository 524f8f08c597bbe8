// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanServer
import ObjectStorage
import TestSupport
import Testing

/// What callers and the page learn of scores that may be too good.
@Suite struct ScoresWarningTests {
    private static let trainBody = """
        {"backend": "local", "local_data_path": "data", "local_model_path": "models",
         "model_name": "model.joblib", "parameters": {"rounds": 5, "max_depth": 3}}
        """

    @Test func scoresOfUnseenApplicationsCarryNoWarning() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            // 500 of the table's 2,000 rows, of which 750 were made to test with.
            let model = try await server.get("/models/model.joblib").text
            #expect(model.contains(#""weighted avg":{"precision":"#))
            #expect(model.contains(#""support":500"#))
            #expect(model.contains(#""scores_warning":null"#))
            let trained = try await server.post("/train", Self.trainBody).json()
            let answer = try #require(trained.object)
            #expect(answer["warnings"] == nil)
        }
    }

    @Test func trainingOnDataOfAnEarlierReleaseAnswersAWarning() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let file = server.storage.url
                .appendingPathComponent("data/.loan-default/prepared/data/manifest")
            let manifest = try Manifest(text: Array(Data(contentsOf: file)))
            let earlier = Manifest(
                generation: manifest.generation,
                entries: manifest.entries,
                metadata: [:]
            )
            try Data(earlier.text).write(to: file)
            let answer = try await server.post("/train", Self.trainBody).json()
            guard case .array(let warnings)? = try #require(answer.object)["warnings"],
                case .string(let warning)? = warnings.first
            else {
                Issue.record("no warning: \(answer)")
                return
            }
            #expect(warning.contains("may be too good"))
            try HTTPCallsTests.checkScores(answer)
            let model = try await server.get("/models/model.joblib").text
            #expect(model.contains(#""scores_warning":"copies of applications"#))
        }
    }
}
