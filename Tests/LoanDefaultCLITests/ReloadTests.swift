// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Tokens and certificates are read again while the server runs.
@Suite struct ReloadTests {
    @Test("X06: SIGHUP takes over good tokens and keeps the old ones from a bad file")
    func aHangupTakesOverGoodTokensAndKeepsTheOldOnesFromABadFile() throws {
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
                #expect(try server.logs(message))
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

    @Test("X06: changed certificates and tokens are taken over by themselves, bad ones are not")
    func changedFilesAreTakenOverByThemselves() throws {
        let files = try TemporaryFolder()
        let (authority, other) = (try TestCertificates(), try TestCertificates())
        let paths = ["tls.crt", "tls.key", "tokens"].map { files.path($0) }
        /// Replaces all files at once from the server's view: they come in before two looks in a
        /// row have found them.
        func put(_ pair: TestCertificates.Pair, _ tokens: String) throws {
            for (path, text) in zip(
                paths,
                [
                    try String(contentsOfFile: pair.certificate, encoding: .utf8),
                    try String(contentsOfFile: pair.key, encoding: .utf8), tokens,
                ]
            ) {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            }
        }
        let (first, second) = ("first-0123456789", "second-0123456789")
        try put(try authority.issue("localhost"), "predict \(first)")
        try ServedProgram.with([
            "--tls-certificate", paths[0], "--tls-key", paths[1], "--token-file", paths[2],
        ]) { server in
            /// Whether both ports show a certificate of the authority, and HTTP takes the token.
            func isServed(_ authority: TestCertificates, _ token: String) throws -> Bool {
                for (port, name) in [(server.http, "http/1.1"), (server.rpc, "ldp/1")] {
                    let shown = try TLSProbe.handshake(
                        port,
                        ["-CAfile", authority.authority, "-alpn", name, "-verify_return_error"]
                    )
                    guard shown.isDone else { return false }
                }
                return try TLSProbe.status(server.http, authority, token: token) == "200"
            }
            #expect(try isServed(authority, first))
            #expect(try !isServed(other, first))
            #expect(try !isServed(authority, second))

            try put(try other.issue("localhost"), "predict \(second)")
            #expect(try server.logs("are read again"))
            #expect(try isServed(other, second))
            #expect(try !isServed(authority, second))
            #expect(try !isServed(other, first))

            // A certificate of another key, then tokens that are none: each says so once.
            let stranger = try other.issue("stranger")
            let key = try String(contentsOfFile: paths[1], encoding: .utf8)
            try put(stranger, "predict \(first)")
            try Data(key.utf8).write(to: URL(fileURLWithPath: paths[1]))
            #expect(try server.logs("--tls-key"))
            #expect(try isServed(other, second))
            try put(stranger, "nonsense")
            #expect(try server.logs("--token-file"))
            #expect(try isServed(other, second))
            #expect(try !isServed(other, first))
            #expect(server.process.isRunning)
            let log = try server.logText()
            #expect(log.components(separatedBy: "are kept").count == 3)
        }
    }
}
