// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import LoanRPC
import LoanServer
import Logging
import Observability
import Synchronization
import TestSupport
import Testing

@Suite struct SecurityTests {
    private static let reader = "reader-0123456789"
    private static let writer = "writer-0123456789"

    @Test("X01: tokens allow what their lines say") func tokensAllowWhatTheirLinesSay() throws {
        let security = try Self.security(
            """
            # scopes token

            predict \(Self.reader)
            write,predict\t\(Self.writer)  2999-01-31T00:00:00Z
            predict expired-0123456789 2020-01-31T00:00:00Z
            """
        )
        func scopes(_ token: String) -> Scope? { security.scopes(of: Array(token.utf8)) }
        #expect(scopes(Self.reader) == .predict)
        #expect(scopes(Self.writer) == [.predict, .write])
        for wrong in ["expired-0123456789", "", "reader-012345678", Self.reader + "0", "nobody"] {
            #expect(scopes(wrong) == nil, "\(wrong)")
        }
        #expect(scopes(String(repeating: "a", count: 2_049)) == nil)
        #expect(security.scopes(of: nil) == nil)
    }

    @Test func aLineOpensCallsToCallersWithoutToken() throws {
        let security = try Self.security("predict anonymous\nwrite \(Self.writer)\n")
        #expect(security.scopes(of: nil) == .predict)
        #expect(security.scopes(of: Array("anonymous".utf8)) == nil)
    }

    @Test("X01: without a file every call is open, and the log says which of them write")
    func withoutAFileEveryCallIsOpen() throws {
        let security = try Security(.open)
        #expect(security.scopes(of: nil) == [.predict, .write, .audit])
        let lines = Mutex<[String]>([])
        let output = LogOutput(.json) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        security.warn(of: ["/data", "/train"], in: Logger("test", level: .info, output: output))
        let line = try #require(lines.withLock { $0 }.first)
        #expect(line.contains("\"level\":\"warning\"") && line.contains("/data, /train"))
    }

    @Test(arguments: [
        ("", "no token"), ("predict anonymous", "no token"),
        ("predict", "line 1"), ("# a\npredict short", "line 2"),
        ("train reader-0123456789", "line 1"), ("predict, reader-0123456789", "line 1"),
        ("predict reader-0123456789 tomorrow", "line 1"),
        ("predict reader-0123456789 2999-01-31T00:00:00Z more", "line 1"),
        ("predict reader-0123456789\nwrite reader-0123456789", "line 2"),
        ("predict reader-012345678\u{e9}", "line 1"),
    ])
    func aWrongFileIsNamedWithItsLineAndWithoutItsTokens(text: String, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Self.security(text) }
        #expect(error?.description.hasPrefix("--token-file ") == true)
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("0123456789") == false)
    }

    @Test func aByteOrderMarkBeforeTheFileIsPassedOver() throws {
        for text in ["predict \(Self.reader)\n", "# scopes token\npredict \(Self.reader)\n"] {
            let security = try Self.security("\u{FEFF}" + text)
            #expect(security.scopes(of: Array(Self.reader.utf8)) == .predict)
        }
    }

    @Test func aFileThatIsNotUTF8IsRefusedAsThat() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        let text = try #require("predict \(Self.reader)\n".data(using: .utf16))
        try text.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: ConfigurationError.self) {
            try Security(SecurityConfiguration(tokenFile: path))
        }
        #expect(error?.description.contains("the file is not UTF-8") == true)
    }

    @Test func aTokenFileHasALimit() throws {
        let lines = (1...TokenFile.tokensMax + 1).map { "predict token-0123456789-\($0)" }
        #expect(throws: ConfigurationError.self) {
            try Self.security(lines.joined(separator: "\n"))
        }
        _ = try Self.security(lines.dropFirst().joined(separator: "\n"))
    }

    @Test func reloadTakesOverAGoodFileAndKeepsTheOldOneFromABadOne() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("tokens")
        try Data("predict \(Self.reader)".utf8).write(to: file)
        let security = try Security(SecurityConfiguration(tokenFile: file.path))
        try Data("write \(Self.writer)".utf8).write(to: file)
        try security.reload()
        #expect(security.scopes(of: Array(Self.reader.utf8)) == nil)
        #expect(security.scopes(of: Array(Self.writer.utf8)) == .write)
        try Data("nonsense".utf8).write(to: file)
        #expect(throws: ConfigurationError.self) { try security.reload() }
        #expect(security.scopes(of: Array(Self.writer.utf8)) == .write)
    }

    @Test func optionsThatNeedEachOtherAreAskedFor() throws {
        func missing(_ body: () throws -> SecurityConfiguration) -> ConfigurationError? {
            #expect(throws: ConfigurationError.self) { try body() }
        }
        #expect(
            missing { try .init(tokenFile: nil, tlsCertificate: "a") }
                == .missing(option: "tls-key")
        )
        #expect(
            missing { try .init(tokenFile: nil, tlsKey: "a") }
                == .missing(option: "tls-certificate")
        )
        #expect(
            missing { try .init(tokenFile: nil, tlsClientCA: "a") }
                == .missing(option: "tls-certificate")
        )
        #expect(
            missing {
                try .init(
                    tokenFile: nil,
                    tlsCertificate: "a",
                    tlsKey: "b",
                    tlsClientNames: ["c"]
                )
            } == .missing(option: "tls-client-ca")
        )
    }

    @Test func unusableFilesOfTLSAreNamed() throws {
        let authority = try TestCertificates()
        let (good, other) = (try authority.issue("localhost"), try authority.issue("other"))
        let cases = [
            ("tls-certificate", "/no/such", good.key, authority.authority),
            ("tls-certificate", good.key, good.key, authority.authority),
            ("tls-key", good.certificate, good.certificate, authority.authority),
            ("tls-key", good.certificate, "/no/such", authority.authority),
            ("tls-key", good.certificate, other.key, authority.authority),
            ("tls-client-ca", good.certificate, good.key, good.key),
        ]
        for (option, certificate, key, clientCA) in cases {
            let error = #expect(throws: ConfigurationError.self) {
                try Security(
                    SecurityConfiguration(
                        tokenFile: nil,
                        tlsCertificate: certificate,
                        tlsKey: key,
                        tlsClientCA: clientCA
                    )
                )
            }
            #expect(error?.description.hasPrefix("--\(option) ") == true, "\(error as Any)")
        }
    }

    private static func security(_ tokens: String) throws -> Security {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("tokens")
        try Data(tokens.utf8).write(to: file)
        return try Security(SecurityConfiguration(tokenFile: file.path))
    }
}
