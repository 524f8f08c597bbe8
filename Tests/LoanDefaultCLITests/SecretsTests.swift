// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanRPC
import TestSupport
import Testing

/// What `loan-default serve` shows in its log, its metrics and its answers, when everything that it
/// is given holds words to look for.
@Suite struct SecretsTests {
    /// Stands in every secret; nothing else may hold it.
    private static let canary = "CANARY7c1e"
    private static let token = "\(canary)-token-0123456789"
    private static let income = "590421337"

    private static let body = """
        {"backend":"local","model_name":"model.joblib","local_model_path":"models",
        "preprocessor_path":"data","sample":[{"person_age":22,"person_income":\(income),
        "person_home_ownership":"\(canary)-home","person_emp_length":123,
        "loan_intent":"\(canary)-intent","loan_grade":"D","loan_amnt":35000,"loan_int_rate":16.02,
        "loan_percent_income":0.59,"cb_person_default_on_file":"Y",
        "cb_person_cred_hist_length":3}]}
        """

    private static let environment = [
        "AWS_ACCESS_KEY_ID": "\(canary)KEYID", "AWS_SECRET_ACCESS_KEY": "\(canary)-secret",
        "AWS_SESSION_TOKEN": "\(canary)-session", "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "DATABASE_PASSWORD": "\(canary)-password", "SWIFT_BACKTRACE": "enable=no",
    ]

    /// Headers of a caller, all but the token with secrets in them.
    private static func headers(token: String?) -> [String: String] {
        var headers = [
            "Cookie": "session=\(canary)", "X-Request-Id": "\(canary) is no id",
            "X-Api-Key": canary, "User-Agent": canary, "traceparent": "00-\(canary)",
            "Referer": "http://\(canary).test/",
        ]
        headers["Authorization"] = token.map { "Bearer \($0)" }
        return headers
    }

    /// Serves with a canary in the token file, in the environment and, by `calls`, in requests.
    private func withServer(
        _ options: [String] = [],
        _ calls: (ServedProgram) throws -> Void
    ) throws {
        let files = try TemporaryFolder()
        let tokens = files.url.appendingPathComponent("tokens")
        try Data("predict,write \(Self.token)".utf8).write(to: tokens)
        try ServedProgram.with(
            ["--token-file", tokens.path, "--model", "model.joblib=models,data"] + options,
            environment: Self.environment
        ) { server in
            #expect(try server.isReady(within: .seconds(60)))
            try calls(server)
        }
    }

    /// Calls of both protocols that succeed, and that are refused for every reason; the texts of
    /// their answers.
    private func answers(_ server: ServedProgram) throws -> [String] {
        let s3 = #"{"backend":"s3","bucket":"loan-default","key":"a.csv","size":10}"#
        let outside = Self.body.replacing("\"models\"", with: "\"../\(Self.canary)\"")
        let number = Self.body.replacing(Self.income, with: "\"\(Self.canary)-income\"")
        let calls: [(path: String, body: String, token: String?, status: Int)] = [
            ("/predict", Self.body, Self.token, 200),
            ("/predict", Self.body, nil, 401),
            ("/predict", Self.body, Self.token + "x", 401),
            ("/predict", number, Self.token, 422),
            ("/predict", String(Self.body.dropLast()), Self.token, 422),
            ("/predict", outside, Self.token, 422),
            (
                "/predict", Self.body.replacing("\"models\"", with: "\"elsewhere\""), Self.token,
                404
            ),
            ("/data", s3, Self.token, 503),
            ("/\(Self.canary)?key=\(Self.canary)", "{}", Self.token, 404),
        ]
        var texts: [String] = []
        for call in calls {
            let answer = try server.answer(
                "POST",
                call.path,
                port: server.http,
                body: call.body,
                headers: Self.headers(token: call.token)
            )
            #expect(answer.status == call.status, "\(call.path): \(answer.text)")
            texts.append(answer.text)
        }
        return texts + (try rpcAnswers(server))
    }

    /// The same over RPC: messages of statuses and the reason of an end.
    private func rpcAnswers(_ server: ServedProgram) throws -> [String] {
        var texts: [String] = []
        for token in [Self.token, Self.token + "x"] {
            let client = try RawClient(port: try #require(Int(server.rpc)), patience: 30_000)
            var hello = Hello()
            hello.token = Array(token.utf8)
            hello.agent = Self.canary
            let metadata = [Metadata(key: "x-secret", value: Self.canary)]
            for (index, model) in ["model.joblib", Self.canary].enumerated() {
                let head = RequestHead(
                    method: .predict,
                    traceparent: "00-\(Self.canary)",
                    metadata: metadata
                )
                let rows = ApplicationColumns(rowCount: 1)
                client.send(
                    (index == 0 ? Wire.greeting(hello) : [])
                        + Wire.request(
                            head: head.encoded(),
                            stream: UInt32(2 * index + 1),
                            PredictRequest(model: model, rows: .applications(rows)).encoded()
                        )
                )
            }
            var ends = 0
            let frames = client.frames { frame in
                if frame.header.type == .end { ends += 1 }
                return ends == 2 || frame.header.type == .goAway
            }
            #expect(frames.contains { $0.header.type == .goAway } == (token != Self.token))
            texts += frames.compactMap { $0.status?.message ?? $0.goAway?.reason }
        }
        return texts
    }

    @Test("X09 X10: no secret is in an answer, the log, the metrics or the text of a crash")
    func noSecretIsShown() throws {
        try withServer(["--log-level", "trace"]) { server in
            let texts = try answers(server)
            let metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            server.signal(SIGABRT)
            #expect(server.exitStatus(within: .seconds(30)) != nil)
            let log = try server.logText()
            #expect(log.contains("listening") && metrics.contains("loan_default_http_requests"))
            for text in texts + [metrics, log] {
                #expect(!text.contains(Self.canary), "\(text.suffix(2_000))")
                #expect(!text.contains(Self.income), "\(text.suffix(2_000))")
            }
        }
    }

    @Test("X09: answers say nothing about the machine")
    func answersSayNothingAboutTheMachine() throws {
        try withServer { server in
            let root = server.folder.url.path
            let process = "\(server.process.processIdentifier)"
            for text in try answers(server) {
                for word in [root, "/usr/", "/tmp/", ".swift", "Fatal error", "0x", "errno"] {
                    #expect(!text.contains(word), "\(word): \(text)")
                }
                #expect(!text.contains("pid \(process)"))
            }
        }
    }

    @Test("X10: a crash leaves no image of memory") func aCrashLeavesNoImageOfMemory() throws {
        try ServedProgram.with(prefix: ["prlimit", "--core=unlimited"]) { server in
            let limits = try String(
                contentsOfFile: "/proc/\(server.process.processIdentifier)/limits",
                encoding: .utf8
            )
            let line = try #require(
                limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
            )
            #expect(line.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
        }
    }

    @Test("X11: callers forge no line of the log", arguments: ["json", "text"])
    func callersForgeNoLineOfTheLog(format: String) throws {
        let forged = "x\\r\\n{\\\"level\\\":\\\"error\\\"}\\u001b[2J\\u0085\\u2028"
        try withServer(["--log-level", "trace", "--log-format", format]) { server in
            let before = try server.logText().split(separator: "\n").count
            for name in [
                "model_name", "local_model_path", "preprocessor_path", "bucket", "backend",
            ] {
                for path in ["/predict", "/train", "/data"] {
                    let answer = try server.answer(
                        "POST",
                        path,
                        port: server.http,
                        body: #"{"backend":"local","\#(name)":"\#(forged)","sample":[{}]}"#,
                        headers: ["Authorization": "Bearer \(Self.token)"]
                    )
                    #expect((400..<500).contains(answer.status), "\(answer.text)")
                }
            }
            let client = try RawClient(port: try #require(Int(server.rpc)), patience: 30_000)
            var hello = Hello()
            hello.token = Array(Self.token.utf8)
            hello.agent = "x\r\n{\"level\":\"error\"}"
            client.send(
                Wire.greeting(hello) + Wire.request(.loadModel, Array("\r\n\u{1B}[2J".utf8))
            )
            #expect(client.frames { $0.header.type != .hello }.last != nil)
            let log = try server.logText()
            #expect(
                log.unicodeScalars.allSatisfy { $0 == "\n" || (0x20..<0x7F).contains($0.value) }
            )
            for line in log.split(separator: "\n").dropFirst(before) where format == "json" {
                let fields = try JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect((fields as? [String: String])?["level"] != "error", "\(line)")
            }
        }
    }

    @Test("X16: metrics have a port of their own and no label that a caller chooses")
    func metricsHaveAPortOfTheirOwnAndBoundedLabels() throws {
        try withServer { server in
            func samples() throws -> Set<Substring> {
                let text = try server.answer("GET", "/metrics", port: server.metrics).text
                return Set(
                    text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                        .compactMap { $0.split(separator: " ").first }
                )
            }
            for path in ["/metrics", "/healthz", "/readyz"] {
                let answer = try server.answer(
                    "GET",
                    path,
                    port: server.http,
                    headers: Self.headers(token: Self.token)
                )
                #expect(answer.status == 404, "\(path): \(answer.text)")
            }
            _ = try answers(server)
            let before = try samples()
            for number in 0..<20 {
                for (method, path) in [
                    ("GET", "/x\(number)"), ("POST", "/v2/models/x\(number)/infer"),
                    ("POST", "/v1/models/x\(number):predict"), ("DELETE", "/jobs/x\(number)"),
                    ("X\(number)", "/predict"),
                ] {
                    _ = try server.answer(
                        method,
                        path,
                        port: server.http,
                        body: "{}",
                        headers: Self.headers(token: Self.token)
                    )
                }
            }
            let more = try samples().subtracting(before)
            // Routes are known by their patterns: each once, however many names are called.
            #expect(more.count < 100, "\(more)")
            #expect(!more.contains { $0.contains("x1") }, "\(more)")
        }
    }
}
