// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default load` against `loan-default serve`, both as programs.
@Suite struct LoadCommandTests {
    @Test func loadVerifiesEveryAnswerOverRPCAndMeasuresHTTP() throws {
        try withServer { folder, http, rpc in
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
        try withServer { folder, _, rpc in
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
        try withServer { _, _, rpc in
            let outcome = try Program.run(["load", "--model-name", "other", "--rpc-port", rpc])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("has no model other"))
        }
    }

    /// Serves a small model; the ports come from the log.
    private func withServer(
        _ body: (TemporaryFolder, _ http: String, _ rpc: String) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        for step in [
            ["sample-data", "--rows", "2000", "--output", folder.path("a.csv")],
            [
                "data", "--local-path", folder.path("a.csv"), "--target-path",
                folder.path("data"), "--size", "3000", "--seed", "1",
            ],
            [
                "train", "--local-data-path", folder.path("data"), "--local-model-path",
                folder.path("models"), "--model-name", "model.joblib", "--rounds", "20",
            ],
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        let log = folder.url.appendingPathComponent("log")
        try Data().write(to: log)
        let server = Process()
        server.executableURL = URL(fileURLWithPath: Program.path)
        server.arguments = [
            "serve", "--storage-root", folder.url.path, "--http-port", "0", "--rpc-port", "0",
            "--metrics-port", "0",
        ]
        server.standardError = try FileHandle(forWritingTo: log)
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        try body(
            folder,
            try port(in: log, of: "HTTP is listening"),
            try port(in: log, of: "RPC is listening")
        )
    }

    private func port(in log: URL, of message: String) throws -> String {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
            if let line = lines.first(where: { $0.hasSuffix(message) }),
                let match = line.firstMatch(of: /port=(\d+)/)
            {
                return String(match.1)
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw POSIXError(.ETIMEDOUT)
    }
}
