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
                    "--rate", "200", "--check", folder.url.path,
                ] + model
            )
            #expect(prepared.status == 0, "\(prepared.errors)")
            #expect(prepared.output.contains("p99.9"))

            let json1 = try Program.run(["load", "--target", "http"] + model)
            #expect(json1.status == 0, "\(json1.errors)")

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
            let wrong = try Program.run(
                ["load", "--check", folder.path("elsewhere")] + model
            )
            #expect(wrong.status == 1)
            #expect(wrong.errors.contains("wrong answers"))
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
            let generous = try Program.run([
                "load", "--sweep", "--rate", "50000000", "--rpc-port", rpc,
            ])
            #expect(generous.status == 2)
            #expect(generous.errors.contains("--rate"))
        }
    }

    @Test func loadNamesAModelThatTheServerLacks() throws {
        try ServedProgram.with { server in
            let rpc = server.rpc
            let outcome = try Program.run(["load", "--model-name", "other", "--rpc-port", rpc])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("has no model other"))
        }
    }
}
