// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanServer
import TestSupport
import Testing

extension HTTPTestServer {
    /// The documented application.
    static let record = """
        {"person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
         "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D",
         "loan_amnt": 35000, "loan_int_rate": 16.02, "loan_percent_income": 0.59,
         "cb_person_default_on_file": "Y", "cb_person_cred_hist_length": 3}
        """

    /// A body of `/predict` for the trained model.
    static func predictBody(_ sample: String, extra: String = "") -> String {
        """
        {"backend": "local", "model_name": "model.joblib", "local_model_path": "models",
         "preprocessor_path": "data", "sample": \(sample)\(extra)}
        """
    }

    /// Puts a model of XGBoost into the folder `brought`, as `mine.json` with its policy if it has
    /// one, and loads it.
    func bring(_ model: String, policy: String? = nil) async throws {
        let folder = storage.url.appendingPathComponent("brought")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(model.utf8).write(to: folder.appendingPathComponent("mine.json"))
        if let policy {
            let file = folder.appendingPathComponent("mine.json.policy.json")
            try Data(policy.utf8).write(to: file)
        }
        let load = try await post(
            "/v2/repository/models/mine.json/load",
            #"{"parameters": {"backend": "local", "local_model_path": "brought"}}"#
        )
        try #require(load.status == 200, "\(load.text)")
    }

    /// Serves while `body` runs, with a small model trained over HTTP.
    static func withTrainedModel(
        admission: AdmissionControl? = nil,
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        try await with(admission: admission) { server in
            let csv = SampleApplications(rows: 2_000, seed: 4).csv()
            try Data(csv).write(to: server.storage.url.appendingPathComponent("applications.csv"))
            let data = try await server.post(
                "/data",
                """
                {"backend": "local", "local_path": "applications.csv", "target_path": "data",
                 "size": 3000, "seed": 1}
                """
            )
            #expect(data.text == #"{"message":"Data successfully processed and saved"}"#)
            try #require(data.status == 200)
            let train = try await server.post(
                "/train",
                """
                {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                 "model_name": "model.joblib", "parameters": {"rounds": 20, "max_depth": 4}}
                """
            )
            try #require(train.status == 200, "\(train.text)")
            try HTTPCallsTests.checkScores(train.json())
            try await body(server)
        }
    }
}
