// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import TestSupport
import Testing

/// A model that was stopped early says which of its iterations are scored, wherever it is
/// described.
@Suite struct EarlyStoppedModelTests {
    /// The trained model as XGBoost has it, with its second iteration for the best one.
    static func stopEarly(_ storage: TemporaryFolder) throws {
        let models = storage.url.appendingPathComponent("models")
        let text = try String(
            contentsOf: models.appendingPathComponent("model.joblib.json"),
            encoding: .utf8
        )
        let attributes = "\"attributes\":{"
        try #require(text.contains(attributes + "}"))
        let stopped = text.replacing(
            attributes,
            with: attributes + "\"best_iteration\":\"1\"",
            maxReplacements: 1
        )
        try Data(stopped.utf8).write(to: models.appendingPathComponent("early.joblib"))
    }

    static let sentence =
        "scores the first 2 of 20 iterations, best_iteration 1 as XGBClassifier.predict; "
        + "Booster.predict would use all"

    @Test func loadAndConfigurationSayWhichIterationsCount() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            try Self.stopEarly(server.storage)
            let place = """
                {"parameters": {"backend": "local", "local_model_path": "models",
                 "preprocessor_path": "data"}}
                """
            func load(_ name: String) async throws -> String {
                let path = "/v2/repository/models/\(name)/load"
                return try await server.post(path, place).text
            }
            #expect(try await load("model.joblib") == #"{"name":"model.joblib","load":true}"#)
            #expect(
                try await load("early.joblib")
                    == #"{"name":"early.joblib","load":true,"best_iteration":1,"#
                    + "\"iterations\":\"\(Self.sentence)\"}"
            )
            let config = try await server.get("/v2/models/early.joblib/config").text
            #expect(config.contains(#""trees":{"string_value":"2"}"#))
            #expect(config.contains(#""best_iteration":{"string_value":"1"}"#))
            #expect(config.contains("\"iterations\":{\"string_value\":\"\(Self.sentence)\"}"))
            let plain = try await server.get("/v2/models/model.joblib/config").text
            #expect(!plain.contains("iteration"))
        }
    }
}
