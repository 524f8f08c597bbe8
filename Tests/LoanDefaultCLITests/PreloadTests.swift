// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Models that `serve` loads at its start.
@Suite struct PreloadTests {
    @Test func aModelOfTheStartIsServedByItsName() throws {
        try ServedProgram.with(["--model", "model.joblib=models,data"]) { server in
            #expect(try server.isReady(within: .seconds(30)))
            let load = try Program.run([
                "load", "--rpc-port", server.rpc, "--duration", "0.2", "--warm-up", "0",
            ])
            #expect(load.status == 0, "\(load.errors)")
        }
    }

    @Test("L03: readiness says which model is missing and comes with it")
    func readinessSaysWhichModelIsMissingAndComesWithIt() throws {
        try ServedProgram.with(["--model", "model.joblib=later,data"]) { server in
            #expect(try !server.isReady(within: .seconds(1)))
            let answer = try server.answer("GET", "/readyz", port: server.metrics)
            #expect(answer.status == 503)
            #expect(answer.text.contains("model.joblib does not load"), "\(answer.text)")
            #expect(server.process.isRunning)
            try FileManager.default.copyItem(
                atPath: server.folder.path("models"),
                toPath: server.folder.path("later")
            )
            #expect(try server.isReady(within: .seconds(60)))
        }
    }
}
