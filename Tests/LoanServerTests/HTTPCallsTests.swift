// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import JSON
import LoanModel
import LoanServer
import TestSupport
import Testing

/// The documented calls over a real socket, in the order a user makes them.
@Suite struct HTTPCallsTests {
    static func checkScores(_ answer: JSONValue) throws {
        let object = try #require(answer.object)
        #expect(object["msg"] == .string("Model trained succesfully"))
        let scores = try #require(object["validation scores"]?.object)
        let names = [
            "Non-Default", "Default", "accuracy", "macro avg", "weighted avg", "auc", "brier",
        ]
        #expect(scores.members.map(\.name) == names)
        for name in ["Non-Default", "Default", "macro avg", "weighted avg"] {
            let line = try #require(scores[name]?.object)
            #expect(line.members.map(\.name) == ["precision", "recall", "f1-score", "support"])
        }
    }

    @Test("H01: the documented calls answer as documented")
    func dataTrainAndPredictAnswerAsDocumented() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let one = try await server.post(
                "/predict",
                HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
            )
            #expect(one.status == 200)
            #expect(one.headers["content-type"] == "application/json")
            let rows = try Self.rows(of: one)
            #expect(rows.count == 1)

            // Every spelling of the same application gets the same answer.
            for (name, other) in [
                ("\"person_age\": 22", "\"person_age\": \"22\""),
                ("\"person_age\": 22", "\"unknown_field\": 1, \"person_age\": 22.0"),
            ] {
                let record = HTTPTestServer.record.replacingOccurrences(of: name, with: other)
                let same = try await server.post(
                    "/predict",
                    HTTPTestServer.predictBody("[\(record)]")
                )
                #expect(same.text == one.text)
            }

            // A missing value and an unknown category are answered, not refused.
            for (name, other) in [
                ("\"loan_int_rate\": 16.02", "\"loan_int_rate\": null"),
                ("\"loan_int_rate\": 16.02", "\"loan_int_rate\": NaN"),
                ("\"person_income\": 59000", "\"person_income\": null"),
                ("\"loan_grade\": \"D\"", "\"loan_grade\": \"ZZZ\""),
                ("\"loan_grade\": \"D\"", "\"loan_grade\": null"),
            ] {
                let record = HTTPTestServer.record.replacingOccurrences(of: name, with: other)
                let answer = try await server.post(
                    "/predict",
                    HTTPTestServer.predictBody("[\(record), \(HTTPTestServer.record)]")
                )
                #expect(answer.status == 200, "\(other): \(answer.text)")
                #expect(try Self.rows(of: answer).last == rows.first)
            }
        }
    }

    /// The pairs of "Prediction Output", checked: label as text, probability in 0...1.
    private static func rows(of answer: HTTPTestServer.Answer) throws -> [JSONValue] {
        let object = try #require(try answer.json().object)
        #expect(object["msg"] == .string("Model Inference Complete"))
        guard case .array(let rows)? = object["Prediction Output"] else {
            Issue.record("no rows: \(answer.text)")
            return []
        }
        for row in rows {
            guard case .array(let pair) = row, pair.count == 2, case .string(let label) = pair[0],
                case .number(let probability) = pair[1]
            else {
                Issue.record("not a pair: \(answer.text)")
                continue
            }
            #expect((0...1).contains(probability.value))
            #expect(label == (probability.value > 0.5 ? "True" : "False"))
        }
        return rows
    }

    @Test func aTrainedModelIsServedByItsNameAndAnAbsentOneIsNot() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let models = try await server.get("/models").text
            #expect(models.contains("\"model.joblib\""))
            let ready = try await server.get("/v2/models/model.joblib/ready")
            #expect(ready.status == 200)
            let absent = try await server.post(
                "/v2/repository/models/absent/load",
                """
                {"parameters": {"backend": "local", "local_model_path": "models",
                 "preprocessor_path": "data"}}
                """
            )
            #expect(absent.status == 404)
            let index = try await server.post("/v2/repository/index", "").text
            #expect(index.contains("\"model.joblib\""))
            #expect(!index.contains("absent"))
        }
    }

    @Test func refusalsNameTheFieldAndTheRow() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let cases: [(sample: String, location: [JSONValue])] = [
                ("[]", [.string("body"), .string("sample")]),
                ("[1]", [.string("body"), .string("sample"), .integer(0)]),
                ("[{}]", [.string("body"), .string("sample"), .string("person_age")]),
                (
                    "[\(HTTPTestServer.record), {\"person_age\": \"abc\"}]",
                    [.string("body"), .string("sample"), .integer(1), .string("person_age")]
                ),
                (
                    "[{\"person_age\": 1e39}]",
                    [.string("body"), .string("sample"), .integer(0), .string("person_age")]
                ),
                (
                    "[\(HTTPTestServer.record.replacingOccurrences(of: "\"D\"", with: "5"))]",
                    [.string("body"), .string("sample"), .integer(0), .string("loan_grade")]
                ),
            ]
            for (sample, location) in cases {
                let answer = try await server.post("/predict", HTTPTestServer.predictBody(sample))
                #expect(answer.status == 422, "\(sample)")
                #expect(try Self.firstLocation(answer) == location, "\(answer.text)")
            }
        }
    }

    @Test(arguments: [
        ("person_age,person_income\n22,59000\n", "the table has no column person_home_ownership"),
        ("", "the table is empty"),
    ])
    func refusalsOfCSVSayWhatIsWrong(csv: String, message: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            if !csv.isEmpty {
                let text = String(decoding: JSONValue.string(csv).serialized, as: UTF8.self)
                let extra = ", \"csv_payload\": \(text)"
                let predict = try await server.post(
                    "/predict",
                    HTTPTestServer.predictBody("[]", extra: extra)
                )
                #expect(predict.status == 422)
                #expect(
                    try Self.firstLocation(predict) == [.string("body"), .string("csv_payload")]
                )
                #expect(predict.text.contains("\"\(message)\""), "\(predict.text)")
            }
            let invocation = try await server.post(
                "/invocations",
                csv,
                headers: ["Content-Type": "text/csv"]
            )
            #expect(invocation.status == 400)
            #expect(invocation.text == "{\"error\":\"\(message)\"}")
        }
    }

    @Test func aRetrainedModelIsServedAtOnce() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let body = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
            let first = try await server.post("/predict", body).text
            let train = try await server.post(
                "/train",
                """
                {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                 "model_name": "model.joblib", "parameters": {"rounds": 5, "max_depth": 2}}
                """
            )
            try #require(train.status == 200)
            let second = try await server.post("/predict", body)
            #expect(second.status == 200)
            #expect(second.text != first)
        }
    }

    private static func firstLocation(_ answer: HTTPTestServer.Answer) throws -> [JSONValue] {
        guard case .array(let problems)? = try answer.json().object?["detail"],
            let problem = problems.first?.object, case .array(let location)? = problem["loc"],
            case .string? = problem["msg"], case .string? = problem["type"]
        else { return [] }
        return location
    }

    @Test(arguments: [
        ("/data", "{}", 422), ("/train", "{}", 422), ("/predict", "{}", 422), ("/data", "{", 422),
        ("/predict", "", 422), ("/predict", "null", 422),
        ("/data", #"{"backend": "gcs"}"#, 422), ("/data", #"{"backend": null}"#, 422),
        (
            "/data",
            #"{"backend": "local", "local_path": "no.csv", "target_path": "d", "size": 10}"#, 404
        ),
        (
            "/data",
            #"{"backend": "local", "local_path": "../x.csv", "target_path": "d", "size": 10}"#, 422
        ),
        (
            "/data",
            #"{"backend": "local", "local_path": "/etc/passwd", "target_path": "d", "size": 1}"#,
            422
        ),
        ("/data", #"{"backend": "s3", "bucket": "loan-default", "key": "data/a.csv"}"#, 503),
        ("/data", #"{"backend": "s3", "bucket": "169.254.169.254", "key": "a.csv"}"#, 422),
        ("/data", #"{"backend": "s3", "bucket": "evil.com/x", "key": "a.csv"}"#, 422),
        (
            "/train",
            """
            {"backend": "local", "local_data_path": "none", "local_model_path": "m",
             "model_name": "m"}
            """, 404
        ),
        (
            "/predict",
            """
            {"backend": "local", "model_name": "../m", "local_model_path": "m",
             "preprocessor_path": "d", "sample": []}
            """, 422
        ),
        (
            "/predict",
            """
            {"backend": "local", "model_name": "m", "local_model_path": "m",
             "preprocessor_path": "d", "sample": [{}]}
            """, 404
        ),
    ])
    func errorsAreTyped(path: String, body: String, status: Int) async throws {
        try await HTTPTestServer.with { server in
            let answer = try await server.post(path, body)
            #expect(answer.status == status, "\(answer.text)")
            let location = try Self.firstLocation(answer)
            #expect(location.first == .string("body"), "\(answer.text)")
        }
    }

    @Test func pathsAndMethodsAreCanonical() async throws {
        try await HTTPTestServer.with { server in
            let ping = try await server.get("/ping")
            #expect(ping.text == #"{"message":"Server is Running"}"#)
            let head = try await server.send("HEAD", "/ping", body: nil)
            #expect(head.status == 200)
            let wrongMethod = try await server.get("/predict")
            #expect(wrongMethod.status == 405)
            #expect(wrongMethod.text == #"{"detail":"Method Not Allowed"}"#)
            #expect(wrongMethod.headers["allow"] == "POST")
            for path in ["/predict/", "//predict", "/%50redict", "/nothing"] {
                let answer = try await server.post(path, "{}")
                #expect(answer.status == 404, "\(path)")
                #expect(answer.text == #"{"detail":"Not Found"}"#)
            }
        }
    }

    @Test("X04: bodies above the limit are refused")
    func bodiesAboveTheLimitAreRefused() async throws {
        try await HTTPTestServer.with { server in
            let limit = HTTPLimits().bodyBytesMax
            let atLimit = String(repeating: " ", count: limit - 2) + "{}"
            let accepted = try await server.post("/predict", atLimit)
            #expect(accepted.status == 422)
            let refused = try await server.post("/predict", atLimit + " ")
            #expect(refused.status == 413)
        }
    }

    @Test func aTrainingParameterUnderTwoNamesIsRefused() async throws {
        try await HTTPTestServer.with { server in
            for names in [("rounds", "n_estimators"), ("num_boost_round", "rounds")] {
                let answer = try await server.post(
                    "/train",
                    """
                    {"backend": "local", "local_data_path": "d", "local_model_path": "m",
                     "model_name": "m", "parameters": {"\(names.0)": 3, "\(names.1)": 3}}
                    """
                )
                #expect(answer.status == 422)
                #expect(answer.text.contains("names of one parameter"), "\(answer.text)")
            }
        }
    }

    @Test(arguments: ["rounds", "n_estimators", "num_boost_round"])
    func everyNameOfTheRoundsIsTaken(name: String) async throws {
        try await HTTPTestServer.with { server in
            let answer = try await server.post(
                "/train",
                """
                {"backend": "local", "local_data_path": "d", "local_model_path": "m",
                 "model_name": "m", "parameters": {"\(name)": 20000}}
                """
            )
            #expect(answer.status == 422)
            #expect(answer.text.contains("rounds is 20000"), "\(answer.text)")
        }
    }

    @Test func namesOfACallerDoNotMakeAnswersLarge() async throws {
        let name = String(repeating: "\u{7F}", count: 40_000)
        let calls = [
            ("/v2/repository/models/m/load", #"{"parameters":{"file:\#(name)":1}}"#, 501),
            ("/train", #"{"backend":"local","parameters":{"\#(name)":1}}"#, 422),
            ("/train", #"{"backend":"local","parameters":{"\#(name)":"1"}}"#, 422),
        ]
        try await HTTPTestServer.with { server in
            for (path, body, status) in calls {
                let answer = try await server.post(path, body)
                #expect(answer.status == status)
                // The name alone has 240,000 bytes in JSON.
                #expect(answer.body.count < 16 << 10, "\(path)")
            }
        }
    }
}
