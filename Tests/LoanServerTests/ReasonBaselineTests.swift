// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import JSON
import LoanRPC
import LoanServer
import LoanService
import Logging
import Testing

/// What separates rows from a record has the same bits in every transport.
@Suite struct ReasonBaselineTests {
    private static let record = #"{"debt": 11, "years": 4}"#
    private static let text = #""{\"debt\": 11, \"years\": 4}""#
    /// Of the rows (1, 2) and (11, 2): their contributions and the margin of the record.
    private static let expected: [Float] = [-1.25, -2.5, 3.5, 0, -2.5, 3.5]

    private func with(_ body: (BothTransports) async throws -> Void) async throws {
        try await ReasonTransportTests.with(ReasonTransportTests.model, body)
    }

    private func predict(_ both: BothTransports, _ baseline: String) async throws -> [Float] {
        let answer = try await both.http.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": [{"debt": 1, "years": 2}, {"debt": 11, "years": 2}],
             "reasons": {"contributions": true, "baseline": \(baseline)}}
            """
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try ReasonTransportTests.contributions(try answer.json().object?["Explanations"])
    }

    private func infer(
        _ both: BothTransports,
        _ inputs: String,
        output: String,
        baseline: String
    ) async throws -> HTTPTestServer.Answer {
        try await both.http.post(
            "/v2/models/mine.json/infer",
            """
            {"parameters": {"baseline": \(baseline)}, "inputs": [\(inputs)],
             "outputs": [{"name": "\(output)"}]}
            """
        )
    }

    private static let inputs = """
        {"name": "years", "datatype": "FP32", "shape": [2], "data": [2, 2]},
        {"name": "debt", "datatype": "FP32", "shape": [2], "data": [1, 11]}
        """
    private static let matrix = """
        {"name": "input__0", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 11, 2]}
        """

    private static func request(
        outputs: PredictOutputs = [.contributions, .columnContributions],
        baseline: String = Self.record
    ) -> PredictRequest {
        PredictRequest(
            model: "mine.json",
            rows: .table(
                TableColumns(
                    rowCount: 2,
                    columns: [.init("years", .float32([2, 2])), .init("debt", .float32([1, 11]))]
                )
            ),
            outputs: outputs,
            baseline: baseline
        )
    }

    private func grpc(_ both: BothTransports, _ request: PredictRequest) async -> HTTPAnswer {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let router = HTTPApplication(service: both.service, logger: logger).grpcRouter
        var call = HTTPCall(
            .post,
            "/loan_default.v1.LoanDefault/Predict",
            body: request.encoded()
        )
        call.match = router.match(call)
        return await router.respond(to: call).answer()
    }

    @Test func everyTransportStartsFromTheRecord() async throws {
        try await with { both in
            #expect(try await predict(both, Self.record) == Self.expected)
            for output in ["contributions", "treeshap_output"] {
                for inputs in [Self.inputs, Self.matrix] {
                    for baseline in [Self.record, Self.text] {
                        let answer = try await infer(
                            both,
                            inputs,
                            output: output,
                            baseline: baseline
                        )
                        guard case .array(let tensors)? = try answer.json().object?["outputs"]
                        else {
                            Issue.record("no outputs: \(answer.text)")
                            continue
                        }
                        let data = tensors.first?.object?["data"]
                        #expect(try ReasonTransportTests.numbers(data) == Self.expected)
                    }
                }
            }
            let v1 = try await both.http.post(
                "/v1/models/mine.json:explain",
                """
                {"instances": [[1, 2], [11, 2]],
                 "reasons": {"contributions": true, "baseline": \(Self.record)}}
                """
            )
            let explanations = try v1.json().object?["explanations"]
            #expect(try ReasonTransportTests.contributions(explanations) == Self.expected)
            let scores = try await both.rpc.predict(Self.request())
            #expect(scores.contributions == Self.expected)
            #expect(scores.columnContributions == Self.expected)
            let message = await grpc(both, Self.request())
            guard message.status == 200, case .bytes(let bytes) = message.body else {
                Issue.record("no message: \(message)")
                return
            }
            let called = try PredictResponse(walking: unsafe bytes.span.bytes)
            #expect(called.contributions == Self.expected)
        }
    }

    @Test func invocationsExplainTheirPredictions() async throws {
        try await with { both in
            let rows = #""instances": [[1, 2], {"features": [11, 2]}]"#
            let plain = try await both.http.post("/invocations", "{\(rows)}")
            let answer = try await both.http.post(
                "/invocations",
                """
                {\(rows), "reasons": {"contributions": true, "baseline": \(Self.record)}}
                """
            )
            guard case .array(let scores)? = try plain.json().object?["predictions"],
                case .array(let explained)? = try answer.json().object?["predictions"]
            else {
                Issue.record("no predictions: \(plain.text) \(answer.text)")
                return
            }
            let explanations = explained.compactMap { $0.object?["explanation"] }
            #expect(
                try ReasonTransportTests.contributions(.array(explanations)) == Self.expected
            )
            for (score, row) in zip(scores, explained) {
                #expect(score.object?["score"] == row.object?["score"])
                #expect(score.object?["predicted_label"] == row.object?["predicted_label"])
            }
            let asCSV = try await both.http.post(
                "/invocations",
                #"{"instances": [[1, 2]], "reasons": 1}"#,
                headers: ["Content-Type": "application/json", "Accept": "text/csv"]
            )
            #expect(asCSV.status == 406)
            #expect(asCSV.text.contains("application/json"))
            let wrong = try await both.http.post(
                "/invocations",
                #"{"instances": [[1, 2]], "reasons": {"baseline": {"debt": "much", "years": 1}}}"#
            )
            #expect(wrong.status == 400)
            #expect(wrong.text.contains("reasons.baseline.debt"), "\(wrong.text)")
        }
    }

    @Test func averageIsTheMeanOverTheTraining() async throws {
        try await with { both in
            let average = try await both.rpc.predict(Self.request(baseline: "average"))
            let absent = try await both.rpc.predict(Self.request(baseline: ""))
            #expect(average.contributions == absent.contributions)
            let written = try await predict(both, #""average""#)
            #expect(average.contributions == written)
            #expect(average.contributions != Self.expected)
        }
    }

    @Test(arguments: [
        (#"{"debt": 11}"#, "baseline.years"), (#"{"debt": "much", "years": 1}"#, "baseline.debt"),
        ("[]", "must be 'average' or a record"), ("{", "must be 'average' or a record"),
    ])
    func aRecordThatIsNoneOfTheModelsIsRefused(record: String, reason: String) async throws {
        try await with { both in
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(Self.request(baseline: record))
            }
            #expect(status?.code == .invalidArgument)
            #expect(status?.message.contains(reason) == true, "\(status?.message ?? "")")
            let answer = await grpc(both, Self.request(baseline: record))
            guard answer.status == 400, case .bytes(let bytes) = answer.body else {
                Issue.record("no refusal: \(answer)")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self).contains(reason))
            let text = JSONValue.string(record).serialized
            let inferred = try await infer(
                both,
                Self.inputs,
                output: "contributions",
                baseline: String(decoding: text, as: UTF8.self)
            )
            #expect(inferred.status == 400)
            #expect(inferred.text.contains(reason), "\(inferred.text)")
        }
    }

    @Test func aBaselineNeedsContributions() async throws {
        try await with { both in
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(Self.request(outputs: .margins))
            }
            #expect(status?.code == .invalidArgument)
            #expect(status?.message.contains("ask for these by outputs") == true)
            let answer = try await infer(
                both,
                Self.inputs,
                output: "output__0",
                baseline: Self.record
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains("contributions, treeshap_output"), "\(answer.text)")
        }
    }

    @Test func aRecordOverTheWireHasALimit() async throws {
        try await with { both in
            let blanks = String(repeating: " ", count: (1 << 20) - Self.record.utf8.count)
            let longest = try await both.rpc.predict(
                Self.request(baseline: blanks + Self.record)
            )
            #expect(longest.contributions == Self.expected)
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(Self.request(baseline: blanks + " " + Self.record))
            }
            #expect(status?.message == "baseline: 1048577 bytes are above the limit of 1048576")
        }
    }
}
