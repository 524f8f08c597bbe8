// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import LoanService
import TestSupport
import Testing

/// What the header fields of a request may bring about, over raw sockets, and what those of an
/// answer say. `H…` are the cases of the reliability plan.
@Suite struct HTTPHeaderCasesTests {
    /// A call that ends its connection.
    private static func request(
        _ start: String,
        _ fields: [String] = [],
        body: [UInt8]? = nil
    ) -> [UInt8] {
        let length = body.map { ["Content-Length: \($0.count)"] } ?? []
        let lines = ["\(start) HTTP/1.1", "Host: a", "Connection: close"] + length + fields
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? [])
    }

    private static func answer(_ server: HTTPTestServer, _ bytes: [UInt8]) async throws -> String {
        try await RawConnection.converse(port: server.port, [.send(bytes)])
    }

    /// Status line and fields, in lower case.
    private static func head(_ answer: String) -> String {
        answer.components(separatedBy: "\r\n\r\n")[0].lowercased()
    }

    @Test("H01: the order of the header fields does not matter")
    func theOrderOfTheFieldsDoesNotMatter() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let body = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
            let fields = [
                "host: a", "CONTENT-TYPE:application/json", "Content-length: \(body.utf8.count)",
                "Connection: close", "Accept: */*", "User-Agent: curl/7.88.1",
            ]
            for turn in fields.indices {
                let lines = fields[turn...] + fields[..<turn]
                let text = try await Self.answer(
                    server,
                    Array("POST /predict HTTP/1.1\r\n\(lines.joined(separator: "\r\n"))".utf8)
                        + Array("\r\n\r\n\(body)".utf8)
                )
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(text.contains(#"{"msg":"Model Inference Complete","Prediction Output":[["#))
            }
        }
    }

    @Test(
        "H09: a body is JSON where its type says so or says nothing",
        arguments: [
            nil, "", "application/json", "Application/JSON ; charset=UTF-8",
            "application/json; charset=latin1", "application/vnd.loan+json",
        ] as [String?]
    )
    func aBodyIsJSONWhereItsTypeSaysSoOrNothing(type: String?) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let fields = type.map { ["Content-Type: \($0)"] } ?? []
            let body = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
            let text = try await Self.answer(
                server,
                Self.request("POST /predict", fields, body: Array(body.utf8))
            )
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(text)")
            // Whatever the type names, JSON is UTF-8: other bytes are refused, not converted.
            let latin = Array(body.utf8).map { $0 == UInt8(ascii: "D") ? 0xE9 : $0 }
            let refused = try await Self.answer(
                server,
                Self.request("POST /predict", fields, body: latin)
            )
            #expect(refused.hasPrefix("HTTP/1.1 422 "), "\(refused)")
        }
    }

    @Test(
        "H09: a body of another type is refused as the original does",
        arguments: [
            "text/plain", "text/json", "application/x-www-form-urlencoded", "json",
            "multipart/form-data; boundary=x", "application/octet-stream", "application/jsonp",
            "text/plain; application/json",
        ]
    )
    func aBodyOfAnotherTypeIsRefused(type: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let predict = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
            let train = """
                {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                 "model_name": "other", "parameters": {"rounds": 1}}
                """
            let data = """
                {"backend": "local", "local_path": "applications.csv", "target_path": "more"}
                """
            for (path, body) in [("/predict", predict), ("/train", train), ("/data", data)] {
                let text = try await Self.answer(
                    server,
                    Self.request("POST \(path)", ["Content-Type: \(type)"], body: Array(body.utf8))
                )
                #expect(text.hasPrefix("HTTP/1.1 422 "), "\(path): \(text)")
                #expect(text.contains(#"{"detail":[{"loc":["body"],"#))
                #expect(text.contains(#""type":"type_error.dict""#))
            }
        }
    }

    @Test("H32: what a caller writes cannot begin a field of the answer")
    func whatACallerWritesCannotBeginAField() async throws {
        let hostile = "a%0d%0aSet-Cookie:%20b=1"
        let predict = """
            {"backend": "local", "model_name": "m\\r\\nSet-Cookie: b=1", "local_model_path": "m",
             "preprocessor_path": "p", "sample": [{}]}
            """
        let train = """
            {"backend": "local", "model_name": "m\\r\\nSet-Cookie: b=1", "local_model_path": "m",
             "local_data_path": "d"}
            """
        let requests = [
            Self.request("GET /ping", ["X-Request-ID: \(hostile)"]),
            Self.request("GET /ping", ["X-Request-ID: a\tSet-Cookie: b=1"]),
            Self.request("GET /ping", ["X-Request-ID: a\u{85}Set-Cookie: b=1"]),
            Self.request("GET /ping", ["X-Request-ID: a", "Set-Cookie: b=1"]),
            Self.request("GET /ping", ["traceparent: 00-\(hostile)-01"]),
            Self.request("GET /models/\(hostile)"), Self.request("GET /v2/models/\(hostile)"),
            Self.request("GET /jobs/\(hostile)"), Self.request("GET /\(hostile)?\(hostile)"),
            Self.request("POST /predict", body: Array(predict.utf8)),
            Self.request("POST /train", ["Prefer: respond-async"], body: Array(train.utf8)),
            Self.request(
                "POST /invocations",
                ["X-Amzn-SageMaker-Target-Model: a\tSet-Cookie: b=1"],
                body: Array("1".utf8)
            ),
        ]
        try await HTTPTestServer.with { server in
            for request in requests {
                let text = try await Self.answer(server, request)
                #expect(text.hasPrefix("HTTP/1.1 "))
                #expect(!Self.head(text).contains("set-cookie"), "\(text)")
            }
        }
    }

    @Test(
        "H32: an id that is none is replaced",
        arguments: ["a b", "a\tb", "\u{E4}", String(repeating: "x", count: 65), "a%0d%0ab", "a:b"]
    )
    func anIDThatIsNoneIsReplaced(id: String) async throws {
        try await HTTPTestServer.with { server in
            let text = try await Self.answer(
                server,
                Self.request("GET /ping", ["X-Request-ID: \(id)"])
            )
            #expect(Self.head(text).contains(/\r\nx-request-id: [0-9a-f]{16}(\r\n|$)/), "\(text)")
        }
    }

    @Test("H34: the documents are there, and no answer names the software that gives it")
    func documentsAreThereAndNoAnswerNamesTheSoftwareThatGivesIt() async throws {
        try await HTTPTestServer.with { server in
            for (start, status) in [
                ("GET /docs", 200), ("GET /openapi.json", 200), ("GET /", 200), ("GET /ping", 200),
                ("GET /v2", 200), ("GET /nothing", 404), ("GET /predict", 405),
                ("POST /predict", 422), ("GET /a b", 400), ("GET /redoc", 404),
            ] {
                let text = try await Self.answer(server, Self.request(start))
                #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(start)")
                let head = Self.head(text)
                for field in ["server:", "x-powered-by:", "via:", Product.version, Product.name] {
                    #expect(!head.contains(field), "\(start): \(head)")
                }
            }
        }
    }
}
