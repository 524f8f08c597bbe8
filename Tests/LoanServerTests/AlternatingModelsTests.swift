// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanServer
import TestSupport
import Testing

@Suite struct AlternatingModelsTests {
    /// A body of `/predict` for a model with its own preparation.
    private static func body(_ name: String, _ data: String, extra: String = "") -> String {
        let homes = ["LEASE", "MORTGAGE", "OWN", "RENT"]
        let records = homes.map {
            HTTPTestServer.record.replacing("RENT", with: $0).replacing("59000", with: "9600")
        }
        return """
            {"backend": "local", "model_name": "\(name)", "local_model_path": "models",
             "preprocessor_path": "\(data)", "sample": [\(records.joined(separator: ","))]\(extra)}
            """
    }

    /// Trains a model on a table with another category, whose codes are others.
    private static func trainOther(_ server: HTTPTestServer) async throws {
        let csv = String(decoding: SampleApplications(rows: 2_000, seed: 4).csv(), as: UTF8.self)
        try Data(csv.replacing("RENT", with: "LEASE").utf8)
            .write(to: server.storage.url.appendingPathComponent("leases.csv"))
        let data = try await server.post(
            "/data",
            """
            {"backend": "local", "local_path": "leases.csv", "target_path": "leases",
             "size": 3000, "seed": 1}
            """
        )
        try #require(data.status == 200, "\(data.text)")
        let train = try await server.post(
            "/train",
            """
            {"backend": "local", "local_data_path": "leases", "local_model_path": "models",
             "model_name": "leases.joblib", "parameters": {"rounds": 20, "max_depth": 4}}
            """
        )
        try #require(train.status == 200, "\(train.text)")
    }

    @Test func callsForTwoModelsInTurnAreAnsweredAsByEachAlone() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            try await Self.trainOther(server)
            let models = [("model.joblib", "data"), ("leases.joblib", "leases")]
            // A body with an escape is read the slow way, which keeps nothing between calls.
            let escape = #", "note": "\u0041""#
            var expected: [String] = []
            for (name, data) in models {
                let answer = try await server.post("/predict", Self.body(name, data, extra: escape))
                try #require(answer.status == 200, "\(answer.text)")
                expected.append(answer.text)
            }
            #expect(expected[0] != expected[1])
            for _ in 0..<3 {
                for ((name, data), text) in zip(models, expected) {
                    let answer = try await server.post("/predict", Self.body(name, data))
                    #expect(answer.text == text)
                }
                let unknown = try await server.post("/predict", Self.body("none", "data"))
                #expect(unknown.status == 404)
            }
        }
    }
}
