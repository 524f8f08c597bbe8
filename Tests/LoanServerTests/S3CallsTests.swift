// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanServer
import TestSupport
import Testing

/// The documented calls with `backend: s3`, against moto's S3.
@Suite struct S3CallsTests {
    private struct Ready: Decodable {
        let endpoint: String
    }

    /// Runs `body` while moto serves a bucket with `file` in it.
    /// - Returns: the keys that the bucket holds in the end.
    private func withBucket(
        file: String,
        _ body: (String) async throws -> Void
    ) async throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(PythonOracle.interpreter))
        let script = PythonOracle.repository.appendingPathComponent("Tests/Python/s3_server.py")
        process.arguments = [script.path, "loan-default", "data/credit_risk_dataset.csv", file]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8)
        {
            line.append(byte)
        }
        let ready = try JSONDecoder().decode(Ready.self, from: line)
        do {
            try await body(ready.endpoint)
        } catch {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
            throw error
        }
        try input.fileHandleForWriting.close()
        let rest = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode([String].self, from: rest)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func theDocumentedSessionRunsAsItStands() async throws {
        let folder = try TemporaryFolder()
        let csv = SampleApplications(rows: 2_000, seed: 4).csv()
        try Data(csv).write(to: folder.url.appendingPathComponent("applications.csv"))
        let keys = try await withBucket(file: folder.path("applications.csv")) { endpoint in
            let environment = [
                "AWS_ENDPOINT_URL_S3": endpoint, "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_EC2_METADATA_DISABLED": "true",
            ]
            try await HTTPTestServer.with(environment: environment) { server in
                try await session(server)
            }
        }
        for name in [
            "data/Xtrain.npy", "data/ytest.npy", "data/preprocessor.sav", "model/model.joblib",
        ] {
            #expect(keys.contains(name), "\(keys)")
        }
    }

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
        let predict = try await server.post(
            "/predict",
            """
            {"backend":"s3","model_name":"model.joblib","data_key":"data","bucket":"loan-default",
             "model_key":"model","sample":[{"person_age":22,"person_income":59000,
             "person_home_ownership":"RENT","person_emp_length":123,"loan_intent":"PERSONAL",
             "loan_grade":"D","loan_amnt":35000,"loan_int_rate":16.02,"loan_percent_income":0.59,
             "cb_person_default_on_file":"Y","cb_person_cred_hist_length":3}],
             "local_model_path":"None","preprocessor_path":"None"}
            """
        )
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
