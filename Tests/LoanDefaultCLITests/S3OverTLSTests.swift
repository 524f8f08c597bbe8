// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A store over TLS whose authority is a private one, for the aws command line and the program.
@Suite(
    .enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)),
    .disabled(if: S3Server.isForeign, "the other store has a place of its own")
)
struct S3OverTLSTests {
    /// TLS of the store is OpenSSL's, by libcurl; that of the server is BoringSSL's, by NIO. Both
    /// are in one process here, and so is OpenSSL's SHA-256.
    @Test("the TLS of the store and the server's own meet in one process")
    func bothSidesOfTheServerUseTLS() throws {
        let servers = try S3Server()
        try servers.become()
        let folder = try S3Shell.applications(400)
        let environment = try servers.environment().merging([
            "AWS_ENDPOINT_URL": servers.place.secure, "AWS_CA_BUNDLE": servers.place.authority,
            // The server takes bodies of a length only.
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        ]) { $1 }
        _ = try S3Shell.run(
            """
            cd \(folder.url.path)
            aws s3 mb s3://loan-default
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            place="--backend s3 --bucket loan-default"
            loan-default data $place --key data/raw.csv --seed 1
            loan-default train $place --data-key data --model-key model --model-name m --rounds 5
            aws s3 cp s3://loan-default/model/m m
            test -s m
            """,
            environment
        )
        let certificate = servers.place.certificate
        let options = ["--tls-certificate", certificate, "--tls-key", certificate]
        try ServedProgram.with(options, environment: environment) { server in
            let answer = try S3Shell.run(
                """
                for call in 1 2 3; do
                curl -sS --fail-with-body --cacert \(servers.place.authority) \
                    -H "Content-Type: application/json" -X POST https://localhost:$PORT/predict -d '
                {"backend":"s3","model_name":"m","data_key":"data","bucket":"loan-default",
                 "model_key":"model","sample":[{"person_age":22,"person_income":59000,
                 "person_home_ownership":"RENT","person_emp_length":12,"loan_intent":"PERSONAL",
                 "loan_grade":"D","loan_amnt":35000,"loan_int_rate":16.02,
                 "loan_percent_income":0.59,"cb_person_default_on_file":"Y",
                 "cb_person_cred_hist_length":3}],
                 "local_model_path":"None","preprocessor_path":"None"}'; echo; done
                """,
                ["PORT": server.http]
            )
            let lines = answer.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.allSatisfy { $0.contains(#""msg":"Model Inference Complete""#) })
        }
    }

    @Test("a store that nothing vouches for is refused by the sentence that helps")
    func aPrivateAuthorityMustBeNamed() throws {
        let servers = try S3Server()
        let environment = try servers.environment().merging([
            "AWS_ENDPOINT_URL": servers.place.secure
        ]) { $1 }
        let options = ["--backend", "s3", "--bucket", "loan-default", "--model-key", "model"]
        let run = try Program.run(
            ["versions"] + options + ["--model-name", "m"],
            environment: environment
        )
        #expect(run.status != 0)
        #expect(run.errors.contains("AWS_CA_BUNDLE names a file"), "\(run.errors)")
    }
}
