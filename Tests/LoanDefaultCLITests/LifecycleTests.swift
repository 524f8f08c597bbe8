// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// How `loan-default serve` starts and stops, as a program.
@Suite struct LifecycleTests {
    @Test("L01: SIGTERM ends readiness at once, then serving, then the process with 0")
    func drainsInOrderOnSIGTERM() throws {
        try ServedProgram.with(["--drain-delay", "2"]) { server in
            #expect(try server.isReady(within: .seconds(30)))
            server.signal(SIGTERM)
            // Not ready at once, and still serving.
            let end = ContinuousClock.now + .seconds(1)
            var ready = try server.answer("GET", "/readyz", port: server.metrics)
            while ready.status == 200, ContinuousClock.now < end {
                ready = try server.answer("GET", "/readyz", port: server.metrics)
            }
            #expect(ready.status == 503)
            #expect(ready.text.contains("stopping"))
            #expect(try server.answer("GET", "/healthz", port: server.metrics).status == 200)
            #expect(try server.answer("GET", "/ping", port: server.http).status == 200)
            #expect(server.exitStatus(within: .seconds(25)) == 0)
        }
    }

    @Test("L06: a second signal ends it at once", arguments: [SIGTERM, SIGINT, SIGQUIT])
    func aSecondSignalEndsItAtOnce(signal: Int32) throws {
        try ServedProgram.with(["--drain-delay", "600"]) { server in
            server.signal(SIGTERM)
            Thread.sleep(forTimeInterval: 0.3)
            #expect(server.process.isRunning)
            server.signal(signal)
            #expect(server.exitStatus(within: .seconds(5)) == 1)
        }
    }

    @Test("L05: SIGTERM cancels a training, and its caller is sent elsewhere")
    func aTrainingIsCancelledAndItsCallerSentElsewhere() throws {
        try ServedProgram.with(["--drain-delay", "2"]) { server in
            let before = try Data(
                contentsOf: URL(fileURLWithPath: server.folder.path("models/model.joblib"))
            )
            let call = try server.start(
                "POST",
                "/train",
                body: """
                    {"backend":"local","local_data_path":"data","local_model_path":"models",
                    "model_name":"model.joblib","parameters":{"rounds":10000}}
                    """
            )
            let running = #"loan_default_work_running{work="train"} 1"#
            let end = ContinuousClock.now + .seconds(30)
            while !(try server.answer("GET", "/metrics", port: server.metrics).text)
                .contains(running)
            {
                try #require(ContinuousClock.now < end, "the training does not begin")
            }
            server.signal(SIGTERM)
            let answer = call.answer()
            #expect(answer.status == 503, "\(answer.text)")
            #expect(answer.text.contains("stopping"))
            #expect(server.exitStatus(within: .seconds(25)) == 0)
            let after = try Data(
                contentsOf: URL(fileURLWithPath: server.folder.path("models/model.joblib"))
            )
            #expect(before == after)
        }
    }

    @Test(
        "L12: a wrong configuration is one line and exit code 2",
        arguments: [
            ["--http-port", "70000"], ["--drain-delay", "-1"], ["--drain-delay=-1"],
            ["--model", "model.joblib"], ["--model", "a=models,data a=models,data"],
            ["--model", "a=s3:///x,data"], ["--memory-limit", "1"], ["--log-format", "xml"],
            ["--threads", "0"], ["--log-level", "loud"],
            ["--rpc-port", "5000"], ["--no-such-option", "1"],
        ]
    )
    func aWrongConfigurationIsOneLineAndExitCode2(options: [String]) throws {
        let outcome = try Program.run(["serve"] + options)
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "L12: files that are not what their option says are one line and exit code 2",
        arguments: [["--tls-certificate", "--tls-key"], ["--token-file"], ["--tls-client-ca"]]
    )
    func aWrongFileIsOneLineAndExitCode2(options: [String]) throws {
        let folder = try TemporaryFolder()
        try Data("nonsense\n".utf8).write(to: folder.url.appendingPathComponent("file"))
        let named = options.flatMap { [$0, folder.path("file")] }
        let outcome = try Program.run(["serve", "--storage-root", folder.url.path] + named)
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(!outcome.errors.contains("nonsense"))
    }

    @Test("L10: a crash ends the process without a core or a secret, and it starts again")
    func aCrashLeavesNothingBehind() throws {
        let secret = "canary-0123456789"
        let files = try TemporaryFolder()
        try Data("write \(secret)\n".utf8).write(to: files.url.appendingPathComponent("tokens"))
        // Cores go to the folder that the process runs in, when they are written at all.
        let prefix = [
            "--chdir=\(files.url.path)", "prlimit", "--core=unlimited:unlimited",
        ]
        try ServedProgram.with(
            ["--token-file", files.path("tokens"), "--model", "model.joblib=models,data"],
            prefix: prefix,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        ) { server in
            #expect(try server.isReady(within: .seconds(30)))
            server.signal(SIGSEGV)
            #expect(server.exitStatus(within: .seconds(10)) == SIGSEGV)
            #expect(server.process.terminationReason == .uncaughtSignal)
            let log = try server.logText()
            #expect(!log.contains(secret))
            #expect(log.utf8.count < 64 << 10)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: files.url.path)
        #expect(left == ["tokens"])
        try ServedProgram.with(["--model", "model.joblib=models,data"]) { server in
            let isReady = try server.isReady(within: .seconds(30))
            #expect(isReady)
        }
    }
}
