// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanServer
import TestSupport
import Testing

/// The documented calls with `backend: s3`, against moto's S3.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct S3CallsTests {
    @Test(arguments: S3Server.Identity.known)
    func theDocumentedSessionRunsAsItStands(identity: S3Server.Identity) async throws {
        let servers = try serversWithApplications()
        try await HTTPTestServer.with(environment: servers.environment(identity)) { server in
            try await session(server)
        }
        let keys = try servers.keys(in: "loan-default")
        for name in [
            "data/Xtrain.npy", "data/ytest.npy", "data/preprocessor.sav", "model/model.joblib",
        ] {
            #expect(keys.contains(name), "\(keys)")
        }
    }

    @Test(
        "S21: an outage of storage leaves the model serving",
        .enabled(if: !S3Server.isForeign, "a store that the test can stop")
    )
    func anOutageOfStorageLeavesTheModelServing() async throws {
        let servers = try serversWithApplications()
        try await HTTPTestServer.with(environment: servers.environment()) { server in
            try await session(server)
            let before = try await server.post("/predict", Self.predictBody)
            try #require(before.status == 200)
            servers.stop()
            let during = try await server.post("/predict", Self.predictBody)
            #expect(during.body == before.body)
            let other = try await server.post(
                "/predict",
                Self.predictBody.replacingOccurrences(of: "model.joblib", with: "other")
            )
            #expect(other.status == 503, "\(other.text)")
        }
    }

    /// The servers with 2,000 invented applications under the documented key.
    private func serversWithApplications() throws -> S3Server {
        let folder = try TemporaryFolder()
        let file = folder.path("applications.csv")
        try Data(SampleApplications(rows: 2_000, seed: 4).csv()).write(
            to: URL(fileURLWithPath: file)
        )
        let servers = try S3Server()
        try servers.upload(file, as: "data/credit_risk_dataset.csv", to: "loan-default")
        return servers
    }

    private static let predictBody = """
        {"backend":"s3","model_name":"model.joblib","data_key":"data","bucket":"loan-default",
         "model_key":"model","sample":[{"person_age":22,"person_income":59000,
         "person_home_ownership":"RENT","person_emp_length":123,"loan_intent":"PERSONAL",
         "loan_grade":"D","loan_amnt":35000,"loan_int_rate":16.02,"loan_percent_income":0.59,
         "cb_person_default_on_file":"Y","cb_person_cred_hist_length":3}],
         "local_model_path":"None","preprocessor_path":"None"}
        """

    private func session(_ server: HTTPTestServer) async throws {
        let data = try await server.post(
            "/data",
            """
            {"bucket":"loan-default","backend":"s3","key":"data/credit_risk_dataset.csv",
             "target_path":"None","local_path":"None","size":4000}
            """
        )
        #expect(data.text == #"{"message":"Data successfully processed and saved"}"#)
        let train = try await server.post(
            "/train",
            """
            {"bucket":"loan-default","backend":"s3","local_model_path":"None","data_key":"data",
             "model_key":"model","model_name":"model.joblib","local_data_path":"None",
             "parameters":{"rounds":10}}
            """
        )
        #expect(train.status == 200, "\(train.text)")
        let predict = try await server.post("/predict", Self.predictBody)
        #expect(predict.status == 200, "\(predict.text)")
        #expect(
            predict.text.hasPrefix(#"{"msg":"Model Inference Complete","Prediction Output":[["#)
        )
        let missing = try await server.post(
            "/data",
            #"{"bucket":"no-such-bucket","backend":"s3","key":"data/a.csv","size":10}"#
        )
        #expect(missing.status == 404, "\(missing.text)")
    }
}
