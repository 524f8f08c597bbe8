// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanServer
import TestSupport
import Testing

/// Bodies and fields from outside: `H…` are the cases of the reliability plan.
@Suite struct HTTPFieldCasesTests {
    /// A call and the statuses that may answer it.
    private struct Case {
        let id: String
        let path: String
        let body: String
        let statuses: Set<Int>

        init(_ id: String, _ path: String, _ body: String, _ statuses: Int...) {
            self.id = id
            self.path = path
            self.body = body
            self.statuses = Set(statuses)
        }
    }

    private static func json(_ text: String) -> String {
        String(decoding: JSONValue.string(text).serialized, as: UTF8.self)
    }

    private static func data(_ field: String, _ value: String) -> String {
        var fields = [
            "backend": #""local""#, "local_path": #""applications.csv""#,
            "target_path": #""out""#, "size": "10",
        ]
        fields[field] = value
        return "{" + fields.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
    }

    private static func s3(_ bucket: String, key: String) -> String {
        #"{"backend": "s3", "bucket": \#(json(bucket)), "key": \#(json(key)), "size": 10}"#
    }

    private static let paths = ["/data", "/train", "/predict"]

    private static var malformed: [Case] {
        paths.flatMap { path in
            ["", "[]", "null", "\"x\"", "1", "[1]"].map { Case("H02", path, $0, 422) }
                + [
                    "{", "{\"a\": 1,}", "{\"a\": 1 // x\n}", "\u{FEFF}{}", "{\"a\": Infinity}",
                    "{'a': 1}", "{}{}", "\u{0}{}",
                ].map { Case("H03", path, $0, 422) }
        }
            + [Case("H03", "/data", "{\"size\": NaN}", 422), Case("H03", "/predict", "{}", 422)]
    }

    private static var sizes: [Case] {
        ["1e999", "9223372036854775808", "1e12", "50000001", "\"abc\"", "[]", "null"]
            .map { Case("H06", "/data", data("size", $0), 422) }
            + ["-1", "0", "4e3", "\"4000\"", "100.7", "true"]
            .map { Case("H06", "/data", data("size", $0), 200) }
    }

    /// Local paths that lead out of the storage root, or to what is not a file.
    private static var localPaths: [Case] {
        [
            "../x.csv", "a/../../x", "/etc/passwd", "/proc/self/environ", "/dev/zero", "out-link",
            "out-link/passwd", "fifo", String(repeating: "p", count: 4097), "a\u{0}b",
            "//etc/passwd",
        ].flatMap { path in
            [
                Case("H21", "/data", data("local_path", json(path)), 422, 403),
                Case(
                    "H21",
                    "/predict",
                    """
                    {"backend": "local", "model_name": "m", "sample": [{}],
                     "local_model_path": \(json(path)), "preprocessor_path": "data"}
                    """,
                    422,
                    403
                ),
            ]
        }
            + ["../x", "/tmp/x", "out-link", "a\u{0}b"]
            .map { Case("H21", "/data", data("target_path", json($0)), 422, 403) }
    }

    private static var names: [Case] {
        [
            "../m", "a/b", ".hidden", String(repeating: "m", count: 129), "m ", "%2f", "m\u{2215}n",
            "", "a\\b", "a\nb",
        ].flatMap { name in
            ["/train", "/predict"].map { path in
                Case(
                    "H22",
                    path,
                    """
                    {"backend": "local", "model_name": \(json(name)), "local_model_path": "m",
                     "local_data_path": "d", "preprocessor_path": "d", "sample": [{}]}
                    """,
                    422
                )
            }
        }
    }

    private static var objects: [Case] {
        [String(repeating: "k", count: 1025)]
            .map { Case("H23", "/data", s3("loan-default", key: $0), 422) }
            // Others are encoded as they are; no S3 is there to answer.
            + ["a\nb", "a/../b.csv", "/a.csv", "a//b.csv", "a?b#c.csv"]
            .map { Case("H23", "/data", s3("loan-default", key: $0), 422, 503) }
            + [
                "169.254.169.254", "evil.com/x", "a@b", "[::1]", "a..b", "UpperCase", "ab",
                String(repeating: "b", count: 64), "a b", "-ab", "a_b",
            ].map { Case("H24", "/data", s3($0, key: "a.csv"), 422) }
            + [
                Case(
                    "H25",
                    "/data",
                    """
                    {"backend": "local", "local_path": "none.csv", "target_path": "out",
                     "endpoint_url": "http://evil.example", "region": "x", "size": 10}
                    """,
                    422
                )
            ]
            + ["\"None\"", "\"\"", "null"]
            .map { Case("H27", "/data", data("target_path", $0), 422) }
            + ["\"S3\"", "\"gcs\"", "1", "null"]
            .map { Case("H28", "/data", data("backend", $0), 422) }
    }

    @Test("X05 X09: hostile bodies and fields are refused by name of the field, not of the file")
    func hostileBodiesAndFieldsAreRefused() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let root = server.storage.url.path
            try FileManager.default.createSymbolicLink(
                atPath: root + "/out-link",
                withDestinationPath: "/etc"
            )
            #expect(unsafe mkfifo(root + "/fifo", 0o600) == 0)
            let cases =
                Self.malformed + Self.sizes + Self.localPaths + Self.names + Self.objects
            for test in cases {
                let answer = try await server.post(test.path, test.body)
                let call = "\(test.id) \(test.path) \(test.body.prefix(120))"
                #expect(
                    test.statuses.contains(answer.status),
                    "\(call): \(answer.status) \(answer.text)"
                )
                // Refusals name no file of the machine.
                #expect(!answer.text.contains(root), "\(test.id) \(answer.text)")
            }
            #expect(!FileManager.default.fileExists(atPath: root + "/None"))
        }
    }

    @Test(
        "X03: fields that nobody asked for are refused by name where something would change",
        arguments: [
            "storage_root", "local_storage_root", "endpoint_url", "region", "buckets", "token_file",
            "tokens", "scopes", "is_admin", "threads", "http_port", "aws_secret_access_key",
            "__proto__", "constructor", "environment", "log_level",
        ]
    )
    func fieldsThatNobodyAskedForAreRefused(name: String) async throws {
        try await HTTPTestServer.with { server in
            for value in ["\"/etc\"", "{\"a\": [1]}", "true", "null", "1e9"] {
                let extra = "\"\(name)\": \(value)"
                for path in ["passwd", "/etc/passwd"] {
                    let files = #""local_path": "\#(path)", "target_path": "out""#
                    let fields = #""backend": "local", \#(files), "size": 9"#
                    let plain = try await server.post("/data", "{\(fields)}")
                    let before = try await server.post("/data", "{\(extra), \(fields)}")
                    let after = try await server.post("/data", "{\(fields), \(extra)}")
                    #expect([404, 422].contains(plain.status))
                    for answer in [before, after] {
                        #expect(answer.status == 422, "\(answer.text)")
                        #expect(answer.text.contains(#"["body","\#(name)"]"#), "\(answer.text)")
                    }
                }
            }
        }
    }

    @Test func samplesAreAnsweredAsTheOriginalDoesOrNamed() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            func grade(_ value: String) -> String {
                HTTPTestServer.record.replacingOccurrences(of: "\"D\"", with: value)
            }
            func age(_ value: String) -> String {
                HTTPTestServer.record.replacingOccurrences(of: "22", with: value)
            }
            let many = "[" + String(repeating: "{},", count: 65_536) + "{}]"
            let long = "\"" + String(repeating: "x", count: 1 << 20) + "\""
            let cases: [(id: String, sample: String, status: Int)] = [
                ("H07", "{}", 422), ("H07", "[]", 422), ("H07", many, 422),
                ("H07", "[\(age("1e400"))]", 422), ("H07", "[\(age("\"22\""))]", 200),
                ("H07", "[\(age("true"))]", 200), ("H07", "[\(age("null")), \(age("1"))]", 200),
                ("H07", "[\(age("NaN")), \(age("1"))]", 200), ("H07", "[\(age("-Infinity"))]", 422),
                ("H07", "[\(age("22, \"extra\": {\"a\": [1]}"))]", 200),
                ("H08", "[\(grade("\"Z\""))]", 200), ("H08", "[\(grade("\"a\\u0000\""))]", 422),
                ("H08", "[\(grade("\"\\ud83d\""))]", 422), ("H08", "[\(grade(long))]", 413),
            ]
            for test in cases {
                let answer = try await server.post(
                    "/predict",
                    HTTPTestServer.predictBody(test.sample)
                )
                #expect(
                    answer.status == test.status,
                    "\(test.id) \(test.sample.prefix(100)): \(answer.text.prefix(200))"
                )
            }
        }
    }
}
