// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the network's libraries report reaches people in words, not as values of Swift.
@Suite struct NetworkWordsTests {
    private func expectWords(_ outcome: Program.Outcome, _ words: String) {
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        for fragment in ["NIO", "Error", "errno", "(", "Optional"] {
            #expect(!outcome.errors.contains(fragment), "\(outcome.errors)")
        }
    }

    @Test(arguments: ["rpc", "http"]) func aServerThatIsNotThereIsNamed(target: String) throws {
        // Port 1 is nobody's.
        let outcome = try Program.run([
            "load", "--target", target, "--rpc-port", "1", "--http-port", "1",
            "--local-model-path", "models", "--preprocessor-path", "data",
        ])
        expectWords(outcome, "127.0.0.1:1 cannot be reached: Connection refused")
    }

    /// Whether programs may listen at addresses that this machine does not have.
    private static let takesAnyAddress =
        (try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_nonlocal_bind", encoding: .utf8))?
        .hasPrefix("1") == true

    @Test(.disabled(if: takesAnyAddress, "this machine lets programs listen at any address"))
    func anAddressThatIsNotThisMachinesIsNamed() throws {
        let folder = try TemporaryFolder()
        // Of TEST-NET-1 (RFC 5737).
        let outcome = try Program.run([
            "serve", "--host", "192.0.2.1", "--storage-root", folder.path("storage"),
            "--log-level", "critical",
        ])
        expectWords(outcome, "Cannot assign requested address")
    }

    @Test func aFileThatHoldsNoCertificateIsNamed() throws {
        let folder = try TemporaryFolder()
        try Data("no certificate".utf8).write(to: URL(fileURLWithPath: folder.path("ca.pem")))
        for (name, words) in [
            ("ca.pem", "the file does not hold what is wanted in PEM"),
            ("absent.pem", "--tls-ca \(folder.path("absent.pem")): "),
        ] {
            let outcome = try Program.run([
                "load", "--tls-ca", folder.path(name), "--local-model-path", "models",
                "--preprocessor-path", "data",
            ])
            expectWords(outcome, words)
        }
    }
}
