// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// SIGHUP reads tokens again while the server runs.
@Suite struct ReloadTests {
    @Test func aHangupTakesOverGoodTokensAndKeepsTheOldOnesFromABadFile() throws {
        let files = try TemporaryFolder()
        let tokens = files.url.appendingPathComponent("tokens")
        func write(_ text: String, to file: URL) throws { try Data(text.utf8).write(to: file) }
        for name in ["first", "second"] {
            try write("\(name)-0123456789", to: files.url.appendingPathComponent(name))
        }
        try write("predict first-0123456789", to: tokens)
        try ServedProgram.with(
            ["--token-file", tokens.path, "--model", "model.joblib=models,data"]
        ) { server in
            #expect(try server.isReady(within: .seconds(30)))
            func isServed(_ name: String) throws -> Bool {
                try Program.run([
                    "load", "--rpc-port", server.rpc, "--duration", "0.1", "--warm-up", "0",
                    "--token-file", files.path(name),
                ]).status == 0
            }
            func hangUp(_ text: String, until message: String) throws {
                try write(text, to: tokens)
                server.signal(SIGHUP)
                let end = ContinuousClock.now + .seconds(30)
                while ContinuousClock.now < end {
                    if try server.logText().contains(message) { return }
                    Thread.sleep(forTimeInterval: 0.02)
                }
                Issue.record("nothing was logged: \(try server.logText())")
            }
            #expect(try isServed("first"))
            #expect(try !isServed("second"))
            try hangUp("predict second-0123456789", until: "are read again")
            #expect(try !isServed("first"))
            #expect(try isServed("second"))
            try hangUp("nonsense", until: "are kept")
            #expect(try isServed("second"))
            #expect(server.process.isRunning)
        }
    }
}
