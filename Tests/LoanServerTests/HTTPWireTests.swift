// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import LoanServer
import Testing

/// What no HTTP client would send, over raw sockets. `H…` are the cases of the reliability plan.
@Suite struct HTTPWireTests {
    /// A request and the status lines of all answers until the server closes.
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let bytes: String
        let statuses: [Int]

        init(_ id: String, _ bytes: String, _ statuses: Int...) {
            self.id = id
            self.bytes = bytes
            self.statuses = statuses
        }

        var testDescription: String { "\(id) \(bytes.prefix(60).debugDescription)" }
    }

    private static let last = "GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST /predict HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    private static func get(_ target: String, _ fields: String = "Host: a\r\n") -> String {
        "GET \(target) HTTP/1.1\r\n\(fields)\r\n"
    }

    private static let upgrade = "Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"

    private static let digits = String(repeating: "F", count: 17)

    static let cases: [Case] = [
        // A kept connection answers the next call too.
        Case("H01", get("/ping") + last, 200, 200),
        Case("H10", post("Content-Length: 4194305\r\n"), 413),
        Case("H10", post("Content-Length: 4194304\r\n") + "{", 408),
        Case("H11", post("Content-Length: -1\r\n"), 400),
        Case("H11", post("Content-Length: +5\r\n", "hello"), 400),
        Case("H11", post("Content-Length: 5,5\r\n", "hello"), 400),
        Case("H11", post("Content-Length: 5 6\r\n", "hello"), 400),
        Case("H11", post("Content-Length: 0x5\r\n", "hello"), 400),
        Case("H11", post("Content-Length: \r\n"), 400),
        Case("H11", post("Content-Length: 9223372036854775808\r\n"), 400),
        Case("H11", post("Content-Length: 18446744073709551621\r\n", "hello"), 400),
        Case("H11", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400),
        Case("H11", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
        Case("H13", "GET /ping HTTP/1.1\nHost: a\n\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\r\nX\u{80}: b\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        Case("H13", "GET  /ping HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Case("H13", "GET /ping HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        Case("H13", "GET /pi\u{7F}ng HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Case("H13", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", 400),
        Case("H14", get("/ping", headers(count: 255)) + last, 200, 200),
        Case("H14", get("/ping", headers(count: 256)), 431),
        Case("H14", get("/ping", headers(bytes: 80 << 10)) + last, 200, 200),
        Case("H14", get("/ping", headers(bytes: 80 << 10 + 1)), 431),
        Case("H14", get("/ping?" + text(8186)) + last, 200, 200),
        Case("H14", get("/ping?" + text(8187)), 414),
        Case("H15", "TRACE /ping HTTP/1.1\r\nHost: a\r\n\r\n" + last, 405, 200),
        Case("H15", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n" + last, 404, 200),
        Case("H15", "get /ping HTTP/1.1\r\nHost: a\r\n\r\n" + last, 405, 200),
        Case("H15", "BREW /ping HTTP/1.1\r\nHost: a\r\n\r\n" + last, 405, 200),
        Case("H15", get("//ping") + last, 404, 200),
        Case("H15", get("/ping/") + last, 404, 200),
        Case("H15", get("/%70ing") + last, 200, 200),
        Case("H15", get("/ping%2F") + last, 400, 200),
        Case("H15", get("/v2%2fhealth") + last, 400, 200),
        Case("H15", get("/ping%00") + last, 400, 200),
        Case("H15", get("/ping%7") + last, 400, 200),
        Case("H15", get("/ping%FF") + last, 400, 200),
        Case("H15", get("/%2570ing") + last, 404, 200),
        Case("H15", get("http://a/ping") + last, 200, 200),
        Case("H15", get("HTTPS://a:443/ping?x=1") + last, 200, 200),
        Case("H15", get("http://a") + last, 200, 200),
        Case("H15", get("http:///ping"), 400),
        Case("H15", get("http://user@a/ping"), 400),
        Case("H15", get("ftp://a/ping"), 400),
        Case("H15", get("ping"), 400),
        Case("H15", get("*"), 400),
        Case("H15", get("/ping#x"), 400),
        Case("H15", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + last, 200, 200),
        Case("H16", "GET /ping HTTP/1.0\r\n\r\n", 200),
        Case("H16", "GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
        Case("H16", "GET /ping\r\n\r\n", 400),
        Case("H16", "GET /ping HTTP/1.2\r\nHost: a\r\n\r\n" + last, 200, 200),
        Case("H16", "GET /ping HTTP/1.9\r\n\r\n", 400),
        // What asks for another protocol is answered in this one, and so is the call after it.
        Case("H16", get("/ping", upgrade) + last, 200, 200),
        // Of HTTP/2 from its fourth byte on, in which this is no preface.
        Case("H16", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
        Case("H16", "PRX * HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        Case("H16", "GET /ping HTTP/11\r\nHost: a\r\n\r\n", 400),
        Case("H16", "GET /ping http/1.1\r\nHost: a\r\n\r\n", 400),
        Case("H18", chunked("2\r\n{}\r\n0\r\n\r\n") + last, 422, 200),
        Case("H18", chunked("2;name=\"v\"\r\n{}\r\n0\r\nX: trailer\r\n\r\n") + last, 422, 200),
        Case("H18", chunked("2 ; a = b;c\r\n{}\r\n0\r\n\r\n") + last, 422, 200),
        Case("H18", chunked("2;a=\"\\\"\"\r\n{}\r\n0\r\n\r\n") + last, 422, 200),
        Case("H18", chunked("2;\r\n{}\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("2 \r\n{}\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("2;a=\"b\r\n{}\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("2;a=\r\n{}\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("2;a b\r\n{}\r\n0\r\n\r\n"), 400),
        Case("H18", chunked(bytewise(1_023) + "0\r\n\r\n") + last, 422, 200),
        Case("H18", chunked(bytewise(2_000)), 400),
        Case("H18", chunked("\(digits)\r\n"), 400),
        Case("H18", chunked("-1\r\n"), 400),
        Case("H18", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400),
        Case("H18", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("5\nhello\n0\n\n"), 400),
        Case("H18", chunked("5\r\nhelloX\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("5;" + text(64 << 10) + "\r\nhello\r\n0\r\n\r\n"), 400),
        Case("H18", chunked("0\r\n" + headers(bytes: 8 << 10 + 1) + "\r\n"), 431),
        Case("H18", chunked("FFFFFFFF\r\n"), 413),
        Case("H18", "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        Case("H18", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400),
        Case("H18", "POST /ping HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        Case("H19", post("Content-Length: 2\r\nExpect: something\r\n"), 417),
        Case("H31", "GET /ping HTTP/1.1\r\n\r\n", 400),
        Case("H31", "GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        Case("H31", "GET /ping HTTP/1.1\r\nHost: a/b@c\r\n\r\n", 400),
        Case("H31", get("/ping", "Host: a:x\r\n"), 400),
        Case("H31", get("/ping", "Host: a%4\r\n"), 400),
        Case("H31", get("/ping", "Host: [::1\r\n"), 400),
        Case("H31", get("/ping", "Host: a=5000\r\n") + last, 200, 200),
        Case("H31", get("/ping", "Host: a%41:80\r\n") + last, 200, 200),
        Case("H31", get("/ping", "Host: [::1]:5000\r\n") + last, 200, 200),
        Case("H31", get("http://b/ping") + last, 200, 200),
    ]

    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked\r\n", body)
    }

    /// `count` chunks of one byte.
    private static func bytewise(_ count: Int) -> String {
        String(repeating: "1\r\n \r\n", count: count)
    }

    private static func text(_ length: Int) -> String { String(repeating: "x", count: length) }

    private static func headers(count: Int) -> String {
        "Host: a\r\n" + (0..<count).map { "X-\($0): 1\r\n" }.joined()
    }

    /// Fields of `bytes` bytes with their line ends.
    private static func headers(bytes: Int) -> String {
        "Host: a\r\nX: " + text(bytes - 14) + "\r\n"
    }

    /// The statuses of all answers in what a server sent.
    private static func statuses(_ text: String) -> [Int] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    /// Limits short enough to wait for.
    private static var hasty: HTTPLimits {
        var limits = HTTPLimits()
        limits.requestTimeout = .seconds(2)
        return limits
    }

    @Test func answersEveryCaseAndCloses() async throws {
        try await HTTPTestServer.with(limits: Self.hasty) { server in
            for test in Self.cases {
                let text = try await RawConnection.converse(
                    port: server.port,
                    [.send(Array(test.bytes.utf8))]
                )
                #expect(Self.statuses(text) == test.statuses, "\(test.testDescription)\n\(text)")
            }
            #expect(try await server.get("/ping").status == 200)
        }
    }

    @Test func theLastAnswerSaysClose() async throws {
        try await HTTPTestServer.with { server in
            for bytes in [Self.last, "GET /ping HTTP/1.0\r\n\r\n", "GET / HTTP/3.0\r\n\r\n"] {
                let text = try await RawConnection.converse(
                    port: server.port,
                    [.send(Array(bytes.utf8))]
                )
                #expect(text.contains("\r\nconnection: close\r\n"), "\(bytes)")
            }
        }
    }

    @Test func asksForAWithheldBodyThenGivesUp() async throws {
        try await HTTPTestServer.with(limits: Self.hasty) { server in
            let head = Self.post("Content-Length: 2\r\nExpect: 100-continue\r\n")
            let silent = try await RawConnection.converse(
                port: server.port,
                [.send(Array(head.utf8))]
            )
            #expect(Self.statuses(silent) == [100, 408])
            let speaking = try await RawConnection.converse(
                port: server.port,
                [
                    .send(Array(head.utf8)), .await("100 Continue\r\n\r\n"), "{}",
                    .send(Array(Self.last.utf8)),
                ]
            )
            #expect(Self.statuses(speaking) == [100, 422, 200])
        }
    }

    @Test(arguments: [
        "GET /pi", "GET /ping HTTP/1.1\r\nHost: a\r\n", post("Content-Length: 9\r\n"),
    ])
    func refusesRequestsThatDoNotComeToAnEnd(start: String) async throws {
        try await HTTPTestServer.with(limits: Self.hasty) { server in
            let stalled = try await RawConnection.converse(
                port: server.port,
                [.send(Array(start.utf8))]
            )
            #expect(Self.statuses(stalled) == [408])
            let cut = try await RawConnection.converse(
                port: server.port,
                [.send(Array(start.utf8)), .finish]
            )
            #expect(Self.statuses(cut) == [400])
        }
    }

    @Test("H20: 1,000 pipelined calls are answered in their order")
    func pipelinedCallsAreAnsweredInTheirOrder() async throws {
        try await HTTPTestServer.with { server in
            let calls = (0..<1_000).map { number in
                Self.get(
                    number % 7 == 3 ? "/nothing" : "/ping",
                    "Host: a\r\nX-Request-ID: call-\(number)\r\n"
                )
            }
            let text = try await RawConnection.converse(
                port: server.port,
                [.send(Array((calls.joined() + Self.last).utf8))]
            )
            #expect(Self.statuses(text) == (0..<1_000).map { $0 % 7 == 3 ? 404 : 200 } + [200])
            let ids = text.matches(of: /x-request-id: call-(\d+)\r\n/).compactMap { Int($0.1) }
            #expect(ids == Array(0..<1_000))
        }
    }

    @Test func answersBeforeAHalfCloseAllReachTheClient() async throws {
        try await HTTPTestServer.with { server in
            let data = #"{"backend":"local","local_path":"a","target_path":"b"}"#
            let call = """
                POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: \(data.utf8.count)\r\n\r\n\(data)
                """
            let text = try await RawConnection.converse(
                port: server.port,
                [.send(Array((call + Self.get("/ping")).utf8)), .finish]
            )
            #expect(Self.statuses(text) == [404, 200])
        }
    }

    @Test func requestsArriveByteByByte() async throws {
        try await HTTPTestServer.with { server in
            let bytes = Array((Self.chunked("2\r\n{}\r\n0\r\n\r\n") + Self.last).utf8)
            let text = try await RawConnection.converse(
                port: server.port,
                bytes.map { .send([$0]) }
            )
            #expect(Self.statuses(text) == [422, 200])
        }
    }

    @Test func closesConnectionsThatSayNothing() async throws {
        var limits = HTTPLimits()
        limits.idleTimeout = .seconds(3)
        try await HTTPTestServer.with(limits: limits) { server in
            let silent = try await RawConnection.converse(port: server.port, [])
            #expect(silent.isEmpty)
            let after = try await RawConnection.converse(
                port: server.port,
                [.send(Array(Self.get("/ping").utf8))]
            )
            #expect(Self.statuses(after) == [200])
        }
    }

    @Test("X04: all connections together hold a bounded amount", .timeLimit(.minutes(2)))
    func allConnectionsTogetherHoldABoundedAmount() async throws {
        var limits = HTTPLimits()
        limits.bytesInFlightMax = 400_000
        try await HTTPTestServer.with(limits: limits) { server in
            let part = Self.post("Content-Length: 400000\r\n", Self.text(300_000))
            let field = "Content-Length: 200000\r\nConnection: close\r\n"
            let whole = Self.post(field, Self.text(200_000))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                // Holds its part until the end of the test. Where the whole one is there first,
                // this is the one that is refused, and comes again.
                tasks.addTask {
                    while !Task.isCancelled {
                        _ = try? await RawConnection.converse(
                            port: server.port,
                            [.send(Array(part.utf8))]
                        )
                    }
                }
                var statuses = [422]
                while statuses == [422] {
                    statuses = Self.statuses(
                        try await RawConnection.converse(
                            port: server.port,
                            [.send(Array(whole.utf8))]
                        )
                    )
                }
                #expect(statuses == [503])
                tasks.cancelAll()
            }
            let after = try await RawConnection.converse(
                port: server.port,
                [.send(Array(Self.last.utf8))]
            )
            #expect(Self.statuses(after) == [200])
        }
    }
}
