// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default load` against `loan-default serve`, both as programs.
@Suite struct LoadCommandTests {
    @Test func loadVerifiesEveryAnswerOverRPCAndMeasuresHTTP() throws {
        try ServedProgram.with { server in
            let (folder, http, rpc) = (server.folder, server.http, server.rpc)
            let model = [
                "--local-model-path", "models", "--preprocessor-path", "data", "--duration",
                "0.5", "--warm-up", "0.1", "--rpc-port", rpc, "--http-port", http,
            ]
            let report = folder.path("report.json")
            let raw = try Program.run(
                ["load", "--batch-size", "7", "--check", folder.url.path, "--json", report]
                    + model
            )
            #expect(raw.status == 0, "\(raw.errors)")
            let json = try #require(
                JSONSerialization.jsonObject(
                    with: Data(contentsOf: URL(fileURLWithPath: report))
                ) as? [String: Any]
            )
            let calls = try #require(json["calls"] as? Int)
            #expect(calls > 0)
            #expect(json["rows"] as? Int == 7 * calls)
            #expect(json["wrongAnswers"] as? Int == 0)

            let prepared = try Program.run(
                [
                    "load", "--prepared", "--batch-size", "600", "--arrivals", "poisson",
                    "--rate", Program.isSanitized ? "50" : "200", "--check", folder.url.path,
                ] + model
            )
            #expect(prepared.status == 0, "\(prepared.errors)")
            #expect(prepared.output.contains("p99.9"))

            let json1 = try Program.run(
                ["load", "--target", "http", "--batch-size", "3", "--check", folder.url.path]
                    + model
            )
            #expect(json1.status == 0, "\(json1.errors)")

            let unary = try Program.run(
                [
                    "load", "--interface", "grpc", "--batch-size", "7", "--check",
                    folder.url.path, "--connections", "2", "--in-flight", "2",
                ] + model
            )
            #expect(unary.status == 0, "\(unary.errors)")
            #expect(unary.output.contains("p99.9"))

            // The check can fail: another model under the same name answers otherwise.
            let train = try Program.run([
                "train", "--local-data-path", folder.path("data"), "--local-model-path",
                folder.path("elsewhere/models"), "--model-name", "model.joblib", "--rounds", "3",
            ])
            try #require(train.status == 0, "\(train.errors)")
            try FileManager.default.copyItem(
                atPath: folder.path("data"),
                toPath: folder.path("elsewhere/data")
            )
            for target in ["rpc", "grpc", "http"] {
                let wrong = try Program.run(
                    ["load", "--target", target, "--check", folder.path("elsewhere")] + model
                )
                #expect(wrong.status == 1)
                #expect(wrong.errors.contains("wrong answers"))
            }
        }
    }

    @Test func loadShowsItsTokenAndSpeaksTLS() throws {
        let authority = try TestCertificates()
        let own = try authority.issue("localhost")
        let client = try authority.issue("client.test")
        let files = try TemporaryFolder()
        let token = "writer-0123456789"
        try Data("predict,write \(token)".utf8)
            .write(to: files.url.appendingPathComponent("tokens"))
        try Data("\(token)\n".utf8).write(to: files.url.appendingPathComponent("token"))
        try ServedProgram.with([
            "--token-file", files.path("tokens"), "--tls-certificate", own.certificate,
            "--tls-key", own.key, "--tls-client-ca", authority.authority, "--tls-client-names",
            "client.test",
        ]) { server in
            let plain = [
                "load", "--local-model-path", "models", "--preprocessor-path", "data",
                "--duration", "0.2", "--host", "localhost", "--rpc-port", server.rpc,
                "--http-port", server.http,
                // A sanitizer is slow to load the model, and calls are refused until it is done.
                "--warm-up", Program.isSanitized ? "3" : "0",
            ]
            let tls = [
                "--tls-ca", authority.authority, "--tls-certificate", client.certificate,
                "--tls-key", client.key,
            ]
            for target in ["rpc", "grpc"] {
                let plain =
                    plain + ["--target", target, "--connections", "2", "--in-flight", "2"]
                let good = try Program.run(plain + tls + ["--token-file", files.path("token")])
                #expect(good.status == 0, "\(target): \(good.errors)")
                let withoutToken = try Program.run(plain + tls)
                #expect(withoutToken.status == 1)
                #expect(withoutToken.errors.contains("UNAUTHENTICATED"), "\(withoutToken.errors)")
                let withoutTLS = try Program.run(plain)
                #expect(withoutTLS.status == 1)
            }
            let log = try server.logText()
            #expect(!log.contains("calls that write are open"))
            #expect(!log.contains(token))
        }
    }

    /// Each protocol in a program of its own, all at the same time and on the port of HTTP.
    @Test func allProtocolsAreLoadedOnOnePort() throws {
        try ServedProgram.with { server in
            let loads = try ["rpc", "grpc", "http"].map { target in
                try Program.start([
                    "load", "--target", target, "--batch-size", "3", "--check",
                    server.folder.url.path, "--local-model-path", "models",
                    "--preprocessor-path", "data", "--duration", "1", "--warm-up", "0.1",
                    "--rpc-port", server.http, "--http-port", server.http, "--connections",
                    "2", "--in-flight", "2",
                ])
            }
            for load in loads {
                let outcome = try load.outcome()
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            #expect(!metrics.contains(#"loan_default_rpc_calls_total{method="predict"} 0"#))
            #expect(metrics.contains("route=\"/loan_default.v1.LoanDefault/Predict\""))
        }
    }

    @Test func theStartNamesTheCallsThatAreOpen() throws {
        try ServedProgram.with { server in
            let log = try server.logText()
            #expect(log.contains("calls that write are open"), "\(log)")
            #expect(log.contains("/train") && log.contains("loadModel"))
        }
    }

    @Test func sweepNamesTheHighestRateAndDrawsTheCurve() throws {
        try ServedProgram.with { server in
            let rpc = server.rpc
            let folder = server.folder
            let curve = folder.path("curve.svg")
            let sweep = try Program.run([
                "load", "--sweep", "--rate", "50", "--p99", "0.001", "--svg", curve,
                "--local-model-path", "models", "--preprocessor-path", "data",
                "--duration", "0.1", "--warm-up", "0", "--rpc-port", rpc,
            ])
            #expect(sweep.status == 1)
            #expect(sweep.errors.contains("no rate keeps"))
            let found = try Program.run([
                "load", "--sweep", "--rate", "2000", "--p99", "5000", "--svg", curve,
                "--arrivals", "constant", "--duration", "0.3", "--warm-up", "0.1",
                "--local-model-path", "models", "--preprocessor-path", "data", "--rpc-port", rpc,
            ])
            #expect(found.status == 0, "\(found.errors)")
            #expect(found.output.contains("highest rate: "), "\(found.output)")
            #expect(try String(contentsOfFile: curve, encoding: .utf8).contains("<polyline"))
            let generous = try Program.run([
                "load", "--sweep", "--rate", "50000000", "--rpc-port", rpc,
            ])
            #expect(generous.status == 2)
            #expect(generous.errors.contains("--rate"))
        }
    }

    @Test(arguments: ["rpc", "grpc", "http"])
    func loadNamesAModelThatTheServerLacks(target: String) throws {
        try ServedProgram.with { server in
            let outcome = try Program.run([
                "load", "--target", target, "--model-name", "other", "--rpc-port", server.rpc,
                "--http-port", server.http,
            ])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("has no model other"))
        }
    }

    /// One with names of categories, and one of several values a row.
    @Test(arguments: ["3.4.1-encoded.json", "3.4.1-softprob.json"])
    func loadSendsRowsOfAnyModel(fixture: String) throws {
        try ServedProgram.with { server in
            let fixtures = PythonOracle.repository.appendingPathComponent("Tests/Fixtures/xgboost")
            try FileManager.default.copyItem(
                at: fixtures.appendingPathComponent(fixture),
                to: server.folder.url.appendingPathComponent("mine.json")
            )
            let load = try server.answer(
                "POST",
                "/v2/repository/models/mine/load",
                port: server.http,
                body: #"{"parameters":{"backend":"local","local_model_path":"mine.json"}}"#
            )
            try #require(load.status == 200, "\(load.text)")
            for target in ["rpc", "grpc", "http"] {
                let outcome = try Program.run([
                    "load", "--target", target, "--model-name", "mine", "--batch-size", "3",
                    "--duration", "0.2", "--warm-up", "0", "--connections", "1", "--in-flight",
                    "2", "--rpc-port", server.rpc, "--http-port", server.http,
                ])
                #expect(outcome.status == 0, "\(target): \(outcome.errors)")
                #expect(outcome.output.contains("p99.9"))
            }
        }
    }
}
