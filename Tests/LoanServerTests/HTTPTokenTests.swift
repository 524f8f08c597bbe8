// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import HTTPServer
import LoanRPC
import LoanServer
import TestSupport
import Testing

/// Bearer tokens over HTTP.
@Suite struct HTTPTokenTests {
    private static let reader = String(repeating: "r", count: 40)
    private static let writer = String(repeating: "w", count: 40)
    private static let auditor = String(repeating: "a", count: 40)

    private func withGuardedServer(
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        try Data(
            """
            predict        \(Self.reader)
            predict,write  \(Self.writer)
            audit          \(Self.auditor)

            """.utf8
        ).write(to: URL(fileURLWithPath: path))
        let security = try Security(SecurityConfiguration(tokenFile: path))
        try await HTTPTestServer.with(security: security) { try await body($0) }
    }

    @Test func theRecordIsForAuditorsAlone() async throws {
        try await withGuardedServer { server in
            let fields = ["Authorization": "Bearer \(Self.auditor)"]
            let answer = try await server.send("GET", "/record", body: nil, headers: fields)
            #expect(answer.text == #"{"mode":"off"}"#)
            for path in ["/predict", "/data"] {
                let refusal = try await server.post(path, "{}", headers: fields)
                #expect(refusal.status == 403)
            }
            let reader = ["Authorization": "Bearer \(Self.reader)"]
            let refusal = try await server.send("GET", "/record", body: nil, headers: reader)
            #expect(refusal.headers["www-authenticate"]?.contains(#"scope="audit""#) == true)
        }
    }

    @Test(
        "X01: each call needs its scope",
        arguments: [
            // Call, then the status without a token, with a wrong one, to predict, and to write.
            ("GET", "/ping", [200, 200, 200, 200]),
            ("POST", "/predict", [401, 401, 422, 422]),
            ("POST", "/data", [401, 401, 403, 422]),
            ("POST", "/train", [401, 401, 403, 422]),
            ("GET", "/jobs", [401, 401, 403, 200]),
            ("DELETE", "/jobs/x", [401, 401, 403, 404]),
            ("GET", "/jobs/x", [401, 401, 403, 404]),
            ("GET", "/record", [401, 401, 403, 403]),
        ]
    )
    func eachCallNeedsItsScope(method: String, path: String, statuses: [Int]) async throws {
        try await withGuardedServer { server in
            let fields = [
                nil, "Bearer nobody", "Bearer \(Self.reader)", "bearer \(Self.writer)",
            ]
            for (field, status) in zip(fields, statuses) {
                let answer = try await server.send(
                    method,
                    path,
                    body: method == "POST" ? Data("{}".utf8) : nil,
                    headers: field.map { ["Authorization": $0] } ?? [:]
                )
                #expect(answer.status == status, "\(field ?? "no token")")
                let challenge = answer.headers["www-authenticate"]
                #expect((challenge != nil) == (status == 401 || status == 403))
                #expect(!answer.text.contains(Self.reader))
            }
        }
    }

    /// RFC 6750, section 3.1: who may not do it learns what would be needed.
    @Test func aTokenThatAllowsLessLearnsTheScope() async throws {
        try await withGuardedServer { server in
            let answer = try await server.send(
                "POST",
                "/train",
                body: Data("{}".utf8),
                headers: ["Authorization": "Bearer \(Self.reader)"]
            )
            #expect(answer.text == #"{"detail":"the token lacks the scope write"}"#)
            let challenge =
                #"Bearer realm="loan-default", error="insufficient_scope", scope="write""#
            #expect(answer.headers["www-authenticate"] == challenge)
        }
    }

    @Test(
        "X01: other credentials are refused",
        arguments: [
            "Basic d3d3", "Bearer", "Bearer ", "Bearer a b", String(repeating: "x", count: 3000),
            "Bearer \(String(repeating: "r", count: 41))",
            "Bearer \(String(repeating: "r", count: 39))",
        ]
    )
    func otherCredentialsAreRefused(field: String) async throws {
        try await withGuardedServer { server in
            let answer = try await server.post("/predict", "{}", headers: ["Authorization": field])
            #expect(answer.status == 401)
        }
    }

    @Test func aRefusedBodyIsNotWaitedFor() async throws {
        try await withGuardedServer { server in
            let text = try await RawConnection.converse(
                port: server.port,
                ["POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n{"]
            )
            #expect(text.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            #expect(text.contains("\r\nconnection: close\r\n"))
        }
    }

    @Test func aRefusalNamesItsIDAndGivesTheTraceBack() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        try await withGuardedServer { server in
            let refused = try await server.post(
                "/data",
                "{}",
                headers: ["X-Request-ID": "ticket-7", "traceparent": trace]
            )
            #expect(refused.status == 401)
            #expect(refused.headers["x-request-id"] == "ticket-7")
            #expect(refused.headers["traceparent"] == trace)
            let answered = try await server.send(
                "GET",
                "/ping",
                body: nil,
                headers: ["traceparent": trace]
            )
            #expect(answered.status == 200)
            #expect(answered.headers["traceparent"] == trace)
            #expect(answered.headers["x-request-id"] == nil)
        }
    }

    @Test func aRefusedWholeCallKeepsItsConnection() async throws {
        try await withGuardedServer { server in
            let text = try await RawConnection.converse(
                port: server.port,
                [
                    """
                    POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}\
                    GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
                    """
                ]
            )
            #expect(text.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            #expect(text.contains("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func speaksTLSToThoseWhoTrustItsCertificate() async throws {
        let authority = try TestCertificates()
        let pair = try authority.issue("localhost")
        let security = try Security(
            SecurityConfiguration(
                tokenFile: nil,
                tlsCertificate: pair.certificate,
                tlsKey: pair.key
            )
        )
        try await HTTPTestServer.with(security: security) { server in
            let address = "https://127.0.0.1:\(server.port)/ping"
            let trusting = try curl(["--cacert", authority.authority, address])
            #expect(trusting == #"{"message":"Server is Running"}"#)
            let others = try curl([address])
            #expect(others.isEmpty)
        }
    }

    @Test func aHandshakeThatDoesNotEndIsNotWaitedForLikeAnIdleClient() async throws {
        let authority = try TestCertificates()
        let pair = try authority.issue("localhost")
        let security = try Security(
            SecurityConfiguration(
                tokenFile: nil,
                tlsCertificate: pair.certificate,
                tlsKey: pair.key
            )
        )
        var limits = HTTPLimits()
        limits.requestTimeout = .seconds(1)
        try await HTTPTestServer.with(limits: limits, security: security) { server in
            // The beginning of a ClientHello; the idle timeout is 75 s.
            let answer = try await RawConnection.converse(
                port: server.port,
                [.send([0x16, 3, 1, 2, 0, 1, 0])],
                limit: .seconds(20)
            )
            #expect(answer.isEmpty)
        }
    }

    /// What curl prints of an answer.
    private func curl(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["--silent", "--max-time", "60"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
