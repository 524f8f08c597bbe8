// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The program and the aws command line on the same buckets.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct S3SessionTests {
    /// Rows that the documented session prepares. `LOAN_DEFAULT_TEST_SESSION_SIZE=400000` runs it
    /// at its documented size, about a minute each time.
    private static let sessionSize =
        ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_SESSION_SIZE"].flatMap(Int.init)
        ?? 4_000

    @Test(
        "the documented session runs as it stands, whatever the credentials come from",
        arguments: S3Server.Identity.known
    )
    func theDocumentedSession(identity: S3Server.Identity) throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(2_000)
        _ = try S3Shell.run(
            """
            aws s3 mb s3://loan-default
            aws s3 cp \(folder.path("credit_risk_dataset.csv")) \
                s3://loan-default/data/credit_risk_dataset.csv
            """,
            servers.environment()
        )
        try ServedProgram.with(environment: servers.environment(identity)) { server in
            try session(port: server.http)
        }
        let keys = try servers.keys(in: "loan-default")
        for key in ["data/Xtrain.npy", "data/preprocessor.sav", "model/model.joblib"] {
            #expect(keys.contains(key), "\(keys)")
        }
    }

    private func session(port: String) throws {
        let answers = try S3Shell.run(
            """
            curl -sS localhost:$PORT/ping
            echo
            curl -sS -H "Content-Type: application/json" -X POST localhost:$PORT/data -d '
            {"bucket":"loan-default","backend":"s3","key":"data/credit_risk_dataset.csv",
             "target_path":"None","local_path":"None","size":\(Self.sessionSize)}'
            echo
            curl -sS -H "Content-Type: application/json" -X POST localhost:$PORT/train -d '
            {"bucket":"loan-default","backend":"s3","local_model_path":"None","data_key":"data",
             "model_key":"model","model_name":"model.joblib","local_data_path":"None"}'
            echo
            curl -sS -H "Content-Type: application/json" -X POST localhost:$PORT/predict -d '
            {"backend":"s3","model_name":"model.joblib","data_key":"data","bucket":"loan-default",
             "model_key":"model","sample":[{"person_age":22,"person_income":59000,
             "person_home_ownership":"RENT","person_emp_length":123,"loan_intent":"PERSONAL",
             "loan_grade":"D","loan_amnt":35000,"loan_int_rate":16.02,"loan_percent_income":0.59,
             "cb_person_default_on_file":"Y","cb_person_cred_hist_length":3}],
             "local_model_path":"None","preprocessor_path":"None"}'
            """,
            ["PORT": port]
        ).split(separator: "\n").map { $0.drop { $0 == " " } }
        try #require(answers.count == 4, "\(answers)")
        #expect(answers[0] == #"{"message":"Server is Running"}"#)
        #expect(answers[1] == #"{"message":"Data successfully processed and saved"}"#)
        #expect(answers[2].hasPrefix(#"{"msg":"Model trained succesfully","validation scores":{"#))
        #expect(
            answers[3].hasPrefix(
                #"{"msg":"Model Inference Complete","Prediction Output":[["True",0."#
            ),
            "\(answers[3])"
        )
    }

    @Test func theCommandsWorkOnABucketAsOnAFolder() throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(2_000)
        let environment = try servers.environment()
        let said = try S3Shell.run(
            """
            cd \(folder.url.path)
            aws s3 mb s3://loan-default
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            place="--backend s3 --bucket loan-default"
            loan-default data $place --key data/raw.csv --size 3000 --seed 1
            loan-default train $place --data-key data --model-key model --model-name m --rounds 10
            loan-default predict $place --model-key model --model-name m --data-key data \
                --input s3://loan-default/data/raw.csv --output s3://loan-default/scores/all.csv
            loan-default inspect s3://loan-default/model/m | grep trees
            loan-default data --local-path credit_risk_dataset.csv --target-path data --size 3000 \
                --seed 1
            loan-default train --local-data-path data --local-model-path model --model-name m \
                --rounds 10
            loan-default predict --local-model-path model --model-name m \
                --preprocessor-path data --input credit_risk_dataset.csv --output local.csv
            aws s3 cp s3://loan-default/scores/all.csv remote.csv
            cmp local.csv remote.csv
            loan-default train $place --data-key data --model-key model --model-name m --rounds 5
            loan-default versions $place --model-key model --model-name m
            loan-default rollback $place --model-key model --model-name m
            loan-default inspect s3://loan-default/model/m | grep trees
            """,
            environment
        )
        let lines = said.split(separator: "\n")
        #expect(lines.filter { $0.contains("10 trees") }.count == 2, "\(said)")
        #expect(lines.filter { $0.hasSuffix(" current") }.count == 1, "\(said)")
        #expect(lines.contains { $0.hasPrefix("m is 20") && $0.hasSuffix(" now") }, "\(said)")
    }

    @Test func awsAndBotoReadWhatWeWriteAndTheOtherWayRound() throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(2_000)
        _ = try S3Shell.run(
            """
            cd \(folder.url.path)
            cat > boto.py <<'END'
            import boto3, sys
            body = boto3.client("s3").get_object(Bucket="loan-default", Key="scores.csv")["Body"]
            sys.exit(body.read() != open("scores.csv", "rb").read())
            END
            aws s3 mb s3://loan-default
            loan-default data --local-path credit_risk_dataset.csv --target-path data --size 3000
            loan-default train --local-data-path data --local-model-path model --model-name m \
                --rounds 10
            # What the aws command line stores, without a manifest, is read by us ...
            aws s3 cp data/preprocessor.sav s3://loan-default/other/preprocessor.sav
            aws s3 cp model/m.json s3://loan-default/other/m.json
            loan-default predict --backend s3 --bucket loan-default --model-key other \
                --model-name m.json --data-key other --input credit_risk_dataset.csv \
                --output ours.csv
            loan-default predict --local-model-path model --model-name m \
                --preprocessor-path data --input credit_risk_dataset.csv --output local.csv
            cmp ours.csv local.csv
            # ... also in parts, and what we store in parts is read by it and by boto3.
            { cat credit_risk_dataset.csv; for i in $(seq 99); do
                tail -n +2 credit_risk_dataset.csv; done; } > large.csv
            aws s3 cp large.csv s3://loan-default/large.csv
            loan-default predict --local-model-path model --model-name m \
                --preprocessor-path data --input s3://loan-default/large.csv \
                --output s3://loan-default/scores.csv
            aws s3 cp s3://loan-default/scores.csv scores.csv
            test "$(wc -l < scores.csv)" -eq "$(wc -l < large.csv)"
            python boto.py
            """,
            servers.environment()
        )
    }

    @Test func whatIsNotThereIsNamed() throws {
        let servers = try S3Server()
        let environment = try servers.environment()
        _ = try S3Shell.run("aws s3 mb s3://loan-default", environment)
        for (arguments, words) in [
            (["inspect", "s3://loan-default/none"], "s3://loan-default/none"),
            (["inspect", "s3://Loan_Default/none"], "s3://Loan_Default/none"),
            (
                [
                    "train", "--backend", "s3", "--bucket", "loan-default", "--data-key", "none",
                    "--model-key", "m", "--model-name", "m",
                ], "--data-key"
            ),
        ] {
            let outcome = try Program.run(arguments, environment: environment)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
        for (arguments, option) in [
            (["data", "--backend", "s3", "--key", "a.csv"], "--bucket"),
            (["data", "--backend", "s3", "--bucket", "loan-default"], "--key"),
            (["data", "--local-path", "a.csv"], "--target-path"),
            (["rollback", "--model-name", "m"], "--local-model-path"),
            (["serve", "--buckets", "loan-default,10.0.0.1"], "--buckets"),
            (["serve", "--revalidation-seconds", "0"], "--revalidation-seconds"),
            (["serve", "--models-max", "0"], "--models-max"),
            (["serve", "--model-memory-max", "0"], "--model-memory-max"),
            (["serve", "--scratch-max", "0"], "--scratch-max"),
        ] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(option), "\(outcome.errors)")
        }
    }
}
