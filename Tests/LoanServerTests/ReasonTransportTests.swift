// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// Contributions have the same bits in every transport.
@Suite struct ReasonTransportTests {
    /// A default is likelier with a debt of 10 and with 3 years; the means are 0.875 and 0.75.
    static var model: String {
        var text = ModelText(
            [.stump(0, below: 10, (0.25, 1.5)), .stump(1, below: 3, (-0.5, 2))],
            featureCount: 2
        )
        text.featureNames = ["debt", "years"]
        text.hasCovers = true
        text.objective = "binary:logistic"
        return text.json
    }

    private static var classes: String {
        var text = ModelText(
            [.stump(0, below: 10, (0.25, 1.5)), .stump(1, below: 3, (-0.5, 2)), .leaf(0.1)],
            featureCount: 2
        )
        text.featureNames = ["debt", "years"]
        text.hasCovers = true
        text.objective = "multi:softprob"
        return text.json
            .replacingOccurrences(of: #""num_class":"0""#, with: #""num_class":"3""#)
            .replacingOccurrences(of: #""tree_info":[0,0,0]"#, with: #""tree_info":[0,1,2]"#)
            .replacingOccurrences(
                of: #""reg_loss_param":{"scale_pos_weight":"1"}"#,
                with: #""softmax_multiclass_param":{"num_class":"3"}"#
            )
    }

    static func with(
        _ model: String,
        _ body: (BothTransports) async throws -> Void
    ) async throws {
        try await BothTransports.with { both in
            try await both.http.bring(model)
            try await body(both)
        }
    }

    static func numbers(_ value: JSONValue?) throws -> [Float] {
        guard case .array(let elements)? = value else {
            Issue.record("no list: \(String(describing: value))")
            return []
        }
        return elements.compactMap { element in
            if case .number(let number) = element { Float(number.value) } else { nil }
        }
    }

    /// Contributions of explanations, each with its base value after them.
    static func contributions(_ value: JSONValue?) throws -> [Float] {
        guard case .array(let rows)? = value else {
            Issue.record("no explanations: \(String(describing: value))")
            return []
        }
        return try rows.flatMap { row in
            let object = try #require(row.object)
            let members = try #require(object["contributions"]?.object).members.map(\.value)
            return try Self.numbers(.array(members + [try #require(object["base"])]))
        }
    }

    private func predict(_ both: BothTransports, _ more: String) async throws -> JSONObject {
        let answer = try await both.http.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": [{"debt": 1, "years": 2}, {"debt": 11, "years": 2}]\(more)}
            """
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(try answer.json().object)
    }

    private func infer(
        _ both: BothTransports,
        _ output: String
    ) async throws -> (shape: [Float], data: [Float]) {
        let answer = try await both.http.post(
            "/v2/models/mine.json/infer",
            """
            {"inputs": [
              {"name": "years", "datatype": "FP32", "shape": [2], "data": [2, 2]},
              {"name": "debt", "datatype": "FP32", "shape": [2], "data": [1, 11]}],
             "outputs": [{"name": "\(output)"}, {"name": "label"}]}
            """
        )
        try #require(answer.status == 200, "\(answer.text)")
        guard case .array(let outputs)? = try answer.json().object?["outputs"] else {
            return ([], [])
        }
        let first = try #require(outputs.first?.object)
        #expect(first["name"] == .string(output) && outputs.count == 2)
        return (try Self.numbers(first["shape"]), try Self.numbers(first["data"]))
    }

    private func rpc(_ both: BothTransports) async throws -> PredictResponse {
        try await both.rpc.predict(
            PredictRequest(
                model: "mine.json",
                rows: .table(
                    TableColumns(
                        rowCount: 2,
                        columns: [
                            .init("years", .codes8([0, 0]), dictionary: ["2"]),
                            .init("debt", .float64([1, 11])),
                        ]
                    )
                ),
                outputs: [.margins, .contributions, .columnContributions]
            )
        )
    }

    @Test func everyTransportHasTheSameContributions() async throws {
        try await Self.with(Self.model) { both in
            let asked = #", "reasons": {"max": 2, "contributions": true}"#
            let explained = try await predict(both, asked)
            let expected = try Self.contributions(explained["Explanations"])
            #expect(expected.count == 6)
            #expect(Array(expected[0..<2]) == [-0.625, -1.25])
            #expect(Array(expected[3..<5]) == [0.625, -1.25])
            for output in ["contributions", "treeshap_output"] {
                let tensor = try await infer(both, output)
                #expect(tensor.shape == [2, 3])
                #expect(tensor.data == expected)
            }
            let v1 = try await both.http.post(
                "/v1/models/mine.json:explain",
                #"{"instances": [[1, 2], {"years": 2, "debt": 11}]}"#
            )
            #expect(v1.status == 200, "\(v1.text)")
            let answer = try #require(try v1.json().object)
            #expect(try Self.contributions(answer["explanations"]) == expected)
            let scores = try await rpc(both)
            #expect(scores.contributions == expected)
            #expect(scores.columnContributions == expected)
            for row in 0..<2 {
                let total = expected[row * 3..<row * 3 + 3].reduce(0, +)
                #expect(abs(total - scores.margins[row]) < 1e-6)
            }
        }
    }

    @Test func classesAreExplainedByTheMarginOfThePredictedOne() async throws {
        try await Self.with(Self.classes) { both in
            let explained = try await predict(both, #", "reasons": {"contributions": true}"#)
            guard case .array(let rows)? = explained["Explanations"] else {
                Issue.record("no explanations")
                return
            }
            #expect(rows.allSatisfy { $0.object?["class"] == .integer(0) })
            let own = try Self.contributions(explained["Explanations"])
            let scores = try await rpc(both)
            #expect(scores.contributions.count == 2 * 3 * 3)
            #expect(Array(scores.contributions[0..<3]) == Array(own[0..<3]))
            #expect(Array(scores.contributions[9..<12]) == Array(own[3..<6]))
            let tensor = try await infer(both, "treeshap_output")
            #expect(tensor.shape == [2, 3, 3])
            #expect(tensor.data == scores.columnContributions)
        }
    }

    @Test func anUnnamedRequestHasNoContributions() async throws {
        try await Self.with(Self.model) { both in
            let answer = try await both.http.post(
                "/v2/models/mine.json/infer",
                """
                {"inputs": [{"name": "input__0", "datatype": "FP32", "shape": [1, 2],
                  "data": [1, 2]}]}
                """
            )
            #expect(answer.text.contains("output__0") && !answer.text.contains("treeshap_output"))
        }
    }

    @Test func moreRowsThanAreExplainedAreRefusedByTheRPC() async throws {
        try await Self.with(Self.model) { both in
            let count = ReasonLimits.rowsMax + 1
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(
                    PredictRequest(
                        model: "mine.json",
                        rows: .prepared(PreparedMatrix(rowCount: count, featureCount: 2)),
                        outputs: .contributions
                    )
                )
            }
            #expect(status?.code == .invalidArgument)
            #expect(status?.message.contains("8192") == true)
        }
    }

    @Test func preparedRowsHaveNoReasonsWhereThereIsAPreprocessor() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let load = try await server.post(
                "/v2/repository/models/model.joblib/load",
                #"{"parameters": {"backend": "local", "local_model_path": "models"}}"#
            )
            try #require(load.status == 200, "\(load.text)")
            let row = "[" + [String](repeating: "1", count: 26).joined(separator: ",") + "]"
            let answer = try await server.post(
                "/v1/models/model.joblib:explain",
                #"{"instances": [\#(row)]}"#
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains("records"))
        }
    }
}
