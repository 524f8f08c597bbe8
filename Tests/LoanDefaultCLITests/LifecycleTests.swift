// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// How `loan-default serve` starts and stops, as a program.
@Suite struct LifecycleTests {
    @Test func drainsInOrderOnSIGTERM() throws {
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

    @Test func aSecondSignalEndsItAtOnce() throws {
        try ServedProgram.with(["--drain-delay", "600"]) { server in
            server.signal(SIGTERM)
            Thread.sleep(forTimeInterval: 0.3)
            #expect(server.process.isRunning)
            server.signal(SIGINT)
            #expect(server.exitStatus(within: .seconds(5)) == 1)
        }
    }

    @Test func aTrainingIsCancelledAndItsCallerToldToGoElsewhere() throws {
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

    @Test(arguments: [
        ["--http-port", "70000"], ["--drain-delay", "-1"], ["--drain-delay=-1"],
        ["--model", "model.joblib"], ["--model", "a=models,data a=models,data"],
        ["--model", "a=s3:///x,data"], ["--memory-limit", "1"], ["--log-format", "xml"],
        ["--threads", "0"], ["--log-level", "loud"],
        ["--rpc-port", "5000"], ["--no-such-option", "1"],
    ])
    func aWrongConfigurationIsOneLineAndExitCode2(options: [String]) throws {
        let outcome = try Program.run(["serve"] + options)
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }
}
