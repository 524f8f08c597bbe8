// SPDX-License-Identifier: Apache-2.0

import Access
import LoanServer
import TestSupport
import Testing

/// What a server agrees to in TLS, as `openssl s_client` finds out.
@Suite struct TLSStrengthTests {
    /// Suites of TLS 1.2 with forward secrecy and authenticated encryption.
    private static let strong = [
        "AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305",
    ]

    @Test(
        "X06: TLS 1.2 and above, strong suites only",
        arguments: TestCertificates.KeyKind.allCases
    )
    func onlyStrongVersionsAndSuites(key: TestCertificates.KeyKind) async throws {
        let authority = try TestCertificates()
        let pair = try authority.issue("localhost", key: key)
        let security = try Security(
            SecurityConfiguration(
                tokenFile: nil,
                tlsCertificate: pair.certificate,
                tlsKey: pair.key
            )
        )
        let prefix = key == .rsa ? "ECDHE-RSA-" : "ECDHE-ECDSA-"
        try await HTTPTestServer.with(security: security) { server in
            func shake(_ options: String...) throws -> TLSProbe.Handshake {
                try TLSProbe.handshake("\(server.port)", ["-alpn", "http/1.1"] + options)
            }
            for suite in Self.strong {
                let taken = try shake("-tls1_2", "-cipher", prefix + suite)
                #expect(taken.isDone && taken.version == "TLSv1.2")
                #expect(taken.suite == prefix + suite)
            }
            #expect(try shake("-tls1_3").version == "TLSv1.3")
            // All that openssl knows, without what is strong: there must be nothing to agree on.
            let rest = "ALL:COMPLEMENTOFALL:!ECDHE+AESGCM:!ECDHE+CHACHA20:@SECLEVEL=0"
            #expect(try !shake("-tls1_2", "-cipher", rest).isDone)
            for version in ["-tls1", "-tls1_1"] {
                #expect(try !shake(version, "-cipher", "ALL:@SECLEVEL=0").isDone)
            }
        }
    }
}
