// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import LoanService
import TestSupport
import Testing

/// Points, bands and decisions over HTTP: every call answers what the others do, and what they
/// answer without is left as it is.
@Suite struct DecisionCallsTests {
    private static let policy = """
        {"scale": {"base_points": 600, "base_odds": 1, "points_to_double_odds": 20},
         "bands": {"of": "points", "list": [{"name": "D, \\"risky\\"", "below": 600},
                                            {"name": "A"}]},
         "decisions": {"of": "points", "approve_from": 600, "decline_below": 500},
         "rules": [{"code": "YEARS", "text": "The history is short.", "feature": "years",
                    "is": "missing", "decision": "refer"}]}
        """
    private static let records = """
        [{"debt": 1, "years": 2}, {"debt": 11, "years": 2}, {"debt": 1, "years": null}]
        """

    private func withModel(
        objective: String = "binary:logistic",
        policy: String? = policy,
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        try await HTTPTestServer.with { server in
            var text = ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2)
            text.featureNames = ["debt", "years"]
            text.objective = objective
            try await server.bring(text.json, policy: policy)
            try await body(server)
        }
    }

    private func predict(
        _ server: HTTPTestServer,
        _ more: String = ""
    ) async throws -> HTTPTestServer.Answer {
        try await server.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": \(Self.records)\(more)}
            """
        )
    }

    /// 600 + 3 * 20 / ln 2 is 686.6, 600 - 1.5 * 20 / ln 2 is 556.7.
    private static let points = [687, 557, 687]
    private static let bands = ["A", "D, \"risky\"", "A"]
    private static let decisions = ["approve", "refer", "refer"]

    private func expectDecisions(
        _ value: JSONValue?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .array(let rows)? = value else {
            Issue.record("no decisions", sourceLocation: sourceLocation)
            return
        }
        func texts(_ name: String) -> [String?] { rows.map { $0.object?[name]?.text } }
        #expect(
            rows.map { $0.object?["points"] } == Self.points.map { .integer($0) },
            sourceLocation: sourceLocation
        )
        #expect(texts("band") == Self.bands, sourceLocation: sourceLocation)
        #expect(texts("decision") == Self.decisions, sourceLocation: sourceLocation)
        let rule = JSONValue.members([
            "code": .string("YEARS"), "text": .string("The history is short."),
        ])
        #expect(
            rows.map { $0.object?["rules"] } == [.array([]), .array([]), .array([rule])],
            sourceLocation: sourceLocation
        )
    }

    @Test func predictionsStayAsTheyAreNextToDecisions() async throws {
        try await withModel { server in
            let plain = try await predict(server)
            let decided = try await predict(server, #", "decisions": true"#)
            try #require(decided.status == 200, "\(decided.text)")
            #expect(decided.text.hasPrefix(plain.text.dropLast()))
            #expect(try await predict(server, #", "decisions": false"#).text == plain.text)
            expectDecisions(try decided.json().object?["Decisions"])
            let wrong = try await predict(server, #", "decisions": "yes""#)
            #expect(wrong.status == 422 && wrong.text.contains("decisions"))
        }
    }

    @Test func kserveAndSageMakerDecideAlike() async throws {
        try await withModel { server in
            let body = #"{"instances": \#(Self.records), "decisions": true}"#
            let kserve = try await server.post("/v1/models/mine.json:predict", body)
            #expect(kserve.status == 200, "\(kserve.text)")
            expectDecisions(try kserve.json().object?["decisions"])
            let sageMaker = try await server.post("/invocations", body)
            #expect(sageMaker.status == 200, "\(sageMaker.text)")
            expectDecisions(try sageMaker.json().object?["predictions"])
            let wrong = #"{"instances": \#(Self.records), "decisions": 1}"#
            #expect(try await server.post("/v1/models/mine.json:predict", wrong).status == 400)
            #expect(try await server.post("/invocations", wrong).status == 400)
        }
    }

    private func infer(
        _ server: HTTPTestServer,
        _ outputs: String
    ) async throws -> HTTPTestServer.Answer {
        try await server.post(
            "/v2/models/mine.json/infer",
            """
            {"inputs": [
              {"name": "debt", "datatype": "FP32", "shape": [3], "data": [1, 11, 1]},
              {"name": "years", "datatype": "FP32", "shape": [3], "data": [2, 2, null]}]\(outputs)}
            """
        )
    }

    @Test func outputsOfThePolicyAreAskedForByName() async throws {
        try await withModel { server in
            let plain = try await infer(server, "").json()
            guard case .array(let unnamed)? = plain.object?["outputs"] else {
                Issue.record("\(plain)")
                return
            }
            #expect(unnamed.map { $0.object?["name"]?.text } == ["output__0", "label"])
            let answer = try await infer(
                server,
                #", "outputs": [{"name": "points"}, {"name": "band"}, {"name": "decision"}]"#
            )
            guard case .array(let outputs)? = try answer.json().object?["outputs"] else {
                Issue.record("\(answer.text)")
                return
            }
            #expect(outputs.map { $0.object?["datatype"]?.text } == ["FP32", "BYTES", "BYTES"])
            #expect(
                outputs.map { $0.object?["data"] } == [
                    .array(Self.points.map { .real(Double($0)) }),
                    .array(Self.bands.map { .string($0) }),
                    .array(Self.decisions.map { .string($0) }),
                ]
            )
            let metadata = try await server.get("/v2/models/mine.json").text
            for name in ["points", "band", "decision"] {
                #expect(metadata.contains(#"{"name":"\#(name)","datatype":"#))
            }
        }
    }

    @Test func textsComeInBinaryAfterTheirLengths() async throws {
        try await withModel { server in
            let answer = try await infer(
                server,
                """
                , "outputs": [{"name": "decision", "parameters": {"binary_data": true}},
                              {"name": "points", "parameters": {"binary_data": true}}]
                """
            )
            let header = try #require(answer.headers["inference-header-content-length"])
            let length = try #require(Int(header))
            var wanted: [UInt8] = []
            for text in Self.decisions {
                wanted += [UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
            }
            let json = String(decoding: answer.body.prefix(length), as: UTF8.self)
            #expect(json.contains(#""binary_data_size":\#(wanted.count)"#))
            for points in Self.points {
                wanted += (0..<4).map { byte in
                    UInt8(truncatingIfNeeded: Float(points).bitPattern >> (8 * byte))
                }
            }
            #expect(Array(answer.body.dropFirst(length)) == wanted)
        }
    }

    @Test func anotherObjectiveIsRefusedWithASentence() async throws {
        try await withModel(objective: "reg:squarederror", policy: nil) { server in
            let sentence = "the objective of this model is reg:squarederror"
            let body = #"{"instances": \#(Self.records), "decisions": true}"#
            for (answer, status) in [
                (try await predict(server, #", "decisions": true"#), 422),
                (try await infer(server, #", "outputs": [{"name": "band"}]"#), 400),
                (try await server.post("/v1/models/mine.json:predict", body), 400),
                (try await server.post("/invocations", body), 400),
                (try await server.get("/models/mine.json/policy"), 400),
            ] {
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.text.contains(sentence), "\(answer.text)")
            }
            let metadata = try await server.get("/v2/models/mine.json").text
            #expect(!metadata.contains(#""points""#))
        }
    }

    @Test func thePolicyOfATrainedModelIsShownAndChanged() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let path = "/models/model.joblib/policy"
            func member(_ name: String) async throws -> JSONValue? {
                try await server.get(path).json().object?[name]
            }
            #expect(try await member("is_standard") == .bool(true))
            #expect(try await member("policy") == PolicyDocument.json(.standard))
            let rule = """
                {"rules": [{"code": "AGE", "text": "Too young.", "feature": "person_age",
                            "is": "below", "value": 99}]}
                """
            let changed = try await server.post(path, #"{"policy": \#(rule)}"#)
            #expect(changed.status == 200, "\(changed.text)")
            let version = try changed.json().object?["version"]
            #expect(try await member("version") == version)
            #expect(try await member("digest") == changed.json().object?["digest"])
            let sample = "[\(HTTPTestServer.record)]"
            let decided = try await server.post(
                "/predict",
                HTTPTestServer.predictBody(sample, extra: #", "decisions": true"#)
            )
            #expect(decided.text.contains(#""decision":"decline","rules":[{"code":"AGE""#))

            let explained = try await server.post(
                "/predict",
                HTTPTestServer.predictBody(
                    sample,
                    extra: #", "decisions": true, "reasons": 1"#
                )
            )
            #expect(explained.text.contains(#""decision":"decline","rules":[{"code":"AGE""#))
            try Self.expectPoints(explained.json())

            // Prepared rows hide what the rules look at.
            let columns = try await server.get("/v2/models/model.joblib").json()
            guard case .array(let inputs)? = columns.object?["inputs"],
                case .array(let shape)? = inputs.first?.object?["shape"],
                case .number(let width)? = shape.last
            else {
                Issue.record("\(columns)")
                return
            }
            let zeros = Array(repeating: "0", count: Int(width.value)).joined(separator: ",")
            let prepared = try await server.post(
                "/v2/models/model.joblib/infer",
                """
                {"inputs": [{"name": "input__0", "datatype": "FP32",
                  "shape": [1, \(Int(width.value))], "data": [\(zeros)]}],
                 "outputs": [{"name": "decision"}]}
                """
            )
            #expect(prepared.status == 400)
            #expect(prepared.text.contains("send records"), "\(prepared.text)")

            for (body, status) in [
                ("", 400), ("{}", 400), (#"{"policy": []}"#, 400), (#"{"policies": {}}"#, 400),
                (
                    """
                    {"policy": {"rules": [{"code": "A", "text": "b", "feature": "c",
                                           "is": "missing"}]}}
                    """, 400
                ),
            ] {
                #expect(try await server.post(path, body).status == status, "\(body)")
            }
            let absent = try await server.post("/models/absent/policy", #"{"policy": {}}"#)
            #expect(absent.status == 404)
            #expect(try await member("version") == version)
            let back = try await server.post(path, #"{"policy": null}"#)
            #expect(back.status == 200)
            #expect(try await member("is_standard") == .bool(true))
        }
    }

    /// The points of a reason are what its contribution costs on the scale of the policy.
    private static func expectPoints(_ answer: JSONValue) throws {
        guard case .array(let rows)? = answer.object?["Explanations"],
            case .array(let reasons)? = rows.first?.object?["reasons"],
            let reason = reasons.first?.object,
            case .number(let contribution)? = reason["contribution"],
            case .number(let points)? = reason["points"]
        else {
            Issue.record("\(answer)")
            return
        }
        let expected = -PointScale.standard.factor * contribution.value
        #expect(abs(points.value - expected) < 1e-4 * abs(expected) && points.value < 0)
    }

    @Test func aTrainingTakesAPolicy() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            func train(_ policy: String) async throws -> HTTPTestServer.Answer {
                try await server.post(
                    "/train",
                    """
                    {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                     "model_name": "model.joblib", "parameters": {"rounds": 2},
                     "policy": \(policy)}
                    """
                )
            }
            let wrong = try await train(#"{"bands": 7}"#)
            #expect(wrong.status == 422 && wrong.text.contains("bands must be an object"))
            let trained = try await train(
                #"{"decisions": {"of": "points", "approve_from": 600, "decline_below": 500}}"#
            )
            #expect(trained.status == 200, "\(trained.text)")
            let shown = try await server.get("/models/model.joblib").json().object?["policy"]
            #expect(shown?.object?["is_standard"] == .bool(false))
        }
    }
}
