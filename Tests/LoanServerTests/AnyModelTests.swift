// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// A model that another tool saved, of classes or of values, answers the same in every transport.
@Suite struct AnyModelTests {
    /// Three classes by two features; of a row below both thresholds the margins are 0.25, -0.5
    /// and 0.1, and the constant that all have in common.
    private static func classes(_ objective: String) -> String {
        var text = ModelText(
            [.stump(0, below: 10, (0.25, 1.5)), .stump(1, below: 3, (-0.5, 2)), .leaf(0.1)],
            featureCount: 2
        )
        text.featureNames = ["debt", "years"]
        text.objective = objective
        return text.json
            .replacingOccurrences(of: #""num_class":"0""#, with: #""num_class":"3""#)
            .replacingOccurrences(of: #""tree_info":[0,0,0]"#, with: #""tree_info":[0,1,2]"#)
            .replacingOccurrences(
                of: #""reg_loss_param":{"scale_pos_weight":"1"}"#,
                with: #""softmax_multiclass_param":{"num_class":"3"}"#
            )
    }

    private static var regression: String {
        var text = ModelText(
            [.stump(0, below: 10, (0.25, 1.5)), .stump(1, below: 3, (-0.5, 2))],
            featureCount: 2
        )
        text.featureNames = ["debt", "years"]
        text.objective = "reg:squarederror"
        return text.json
    }

    private func with(
        _ model: String,
        _ body: (BothTransports) async throws -> Void
    ) async throws {
        try await BothTransports.with { both in
            try await both.http.bring(model)
            try await body(both)
        }
    }

    private let records = #"[{"debt": 1, "years": 2}, {"debt": 11, "years": 2}]"#

    private func predict(_ both: BothTransports, _ more: String = "") async throws -> String {
        try await both.http.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": \(records)\(more)}
            """
        ).text
    }

    private func rpc(
        _ both: BothTransports,
        margins: Bool = false
    ) async throws -> PredictResponse {
        try await both.rpc.predict(
            PredictRequest(
                model: "mine.json",
                rows: .table(
                    TableColumns(
                        rowCount: 2,
                        // In another order than the model's.
                        columns: [
                            .init("years", .codes8([0, 0]), dictionary: ["2"]),
                            .init("debt", .float64([1, 11])),
                        ]
                    )
                ),
                outputs: margins ? .margins : []
            )
        )
    }

    private func softmax(_ margins: [Double]) -> [Double] {
        let parts = margins.map { exp($0) }
        return parts.map { $0 / parts.reduce(0, +) }
    }

    @Test func probabilitiesOfClassesAreTheSameInEveryTransport() async throws {
        try await with(Self.classes("multi:softprob")) { both in
            let scores = try await rpc(both)
            #expect(scores.valuesPerRow == 3 && scores.probabilities.isEmpty)
            let expected = softmax([0.25, -0.5, 0.1]) + softmax([1.5, -0.5, 0.1])
            for (value, wanted) in zip(scores.values, expected) {
                #expect(abs(Double(value) - wanted) < 1e-6)
            }
            let rows = [scores.values[0..<3], scores.values[3..<6]].map { row in
                "[\(row.map { "\($0)" }.joined(separator: ","))]"
            }
            #expect(
                try await predict(both)
                    == #"{"msg":"Model Inference Complete","Prediction Output":"#
                    + #"[["0",\#(rows[0])],["0",\#(rows[1])]]}"#
            )
            let v1 = try await both.http.post(
                "/v1/models/mine.json:predict",
                #"{"instances": [{"years": 2, "debt": 1}, {"years": 2, "debt": 11}]}"#
            )
            #expect(v1.text == #"{"predictions":[\#(rows.joined(separator: ","))]}"#)
            let invocation = try await both.http.post("/invocations", #"{"instances": [[1, 2]]}"#)
            #expect(
                invocation.text
                    == #"{"predictions":[{"score":\#(rows[0]),"predicted_label":0}]}"#
            )
            let csv = try await both.http.send(
                "POST",
                "/invocations",
                body: Data("debt,years\n1,2\n11,2\n".utf8),
                headers: ["Content-Type": "text/csv", "Accept": "text/csv"]
            )
            #expect(csv.text == rows.map { $0.dropFirst().dropLast() + "\n" }.joined())
        }
    }

    @Test func tensorsHaveTheShapesThatTheMetadataGives() async throws {
        try await with(Self.classes("multi:softprob")) { both in
            let metadata = try await both.http.get("/v2/models/mine.json")
            #expect(
                metadata.text.contains(
                    #"{"name":"output__0","datatype":"FP32","shape":[-1,3]},"#
                        + #"{"name":"label","datatype":"INT64","shape":[-1]}"#
                )
            )
            #expect(
                metadata.text.contains(#"{"name":"debt","datatype":"FP32","shape":[-1]}"#)
            )
            let scores = try await rpc(both)
            let tensors = [
                #"{"name": "debt", "datatype": "FP64", "shape": [2], "data": [1, 11]}"#,
                #"{"name": "years", "datatype": "INT8", "shape": [2, 1], "data": [2, 2]}"#,
            ]
            let prepared =
                #"{"name": "input__0", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 11, 2]}"#
            for inputs in [tensors.joined(separator: ","), prepared] {
                let answer = try await both.http.post(
                    "/v2/models/mine.json/infer",
                    #"{"inputs": [\#(inputs)]}"#
                )
                let data = scores.values.map { "\($0)" }.joined(separator: ",")
                #expect(
                    answer.text.hasSuffix(
                        #""outputs":[{"name":"output__0","datatype":"FP32","shape":[2,3],"#
                            + #""data":[\#(data)]},"#
                            + #"{"name":"label","datatype":"INT64","shape":[2],"data":[0,0]}]}"#
                    ),
                    "\(answer.text)"
                )
            }
            let configuration = try await both.http.get("/v2/models/mine.json/config").text
            #expect(configuration.contains(#""objective":{"string_value":"multi:softprob"}"#))
            #expect(configuration.contains(#""prediction":{"string_value":"class_probabilities"}"#))
            #expect(
                configuration.contains(
                    #""features":{"string_value":"[{\"name\":\"debt\",\"kind\":\"number\"},"#
                )
            )
        }
    }

    @Test func theIndexOfAClassIsALabelAndAValue() async throws {
        try await with(Self.classes("multi:softmax")) { both in
            let scores = try await rpc(both, margins: true)
            #expect(scores.valuesPerRow == 1 && scores.values == [0, 0])
            #expect(scores.margins.count == 6)
            #expect(abs(scores.margins[3] - scores.margins[4] - 2) < 1e-6)
            #expect(try await predict(both).hasSuffix(#""Prediction Output":[["0"],["0"]]}"#))
            let v1 = try await both.http.post(
                "/v1/models/mine.json:predict",
                #"{"instances": [[1, 5]]}"#
            )
            #expect(v1.text == #"{"predictions":[1.0]}"#)
            let invocation = try await both.http.post("/invocations", #"{"instances": [[1, 5]]}"#)
            #expect(invocation.text == #"{"predictions":[{"score":1.0,"predicted_label":1}]}"#)
        }
    }

    @Test func aValueHasNoLabel() async throws {
        try await with(Self.regression) { both in
            #expect(try await rpc(both).values == [0.25, 1.5])
            #expect(try await predict(both).hasSuffix(#""Prediction Output":[[0.25],[1.5]]}"#))
            let invocation = try await both.http.post("/invocations", #"{"instances": [[1, 2]]}"#)
            #expect(invocation.text == #"{"predictions":[{"score":0.25}]}"#)
            let metadata = try await both.http.get("/v2/models/mine.json").text
            #expect(
                metadata.hasSuffix(
                    #""outputs":[{"name":"output__0","datatype":"FP32","shape":[-1]}]}"#
                )
            )
            let inputs =
                #"[{"name": "input__0", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}]"#
            let asked = try await both.http.post(
                "/v2/models/mine.json/infer",
                #"{"inputs": \#(inputs), "outputs": [{"name": "label"}]}"#
            )
            #expect(asked.status == 400)
            #expect(
                asked.text
                    == #"{"error":"the model has no output 'label': what it predicts is no label; "#
                    + #"it has output__0"}"#
            )
        }
    }

    @Test func serverInfoDescribesTheModel() async throws {
        try await with(Self.classes("multi:softprob")) { both in
            var ask = ServerInfoMessage()
            ask.modelName = "mine.json"
            let bytes = try await both.rpc.control(.serverInfo, message: ask.encoded())
            let model = try #require(try ServerDescription(decoding: bytes).models.first)
            #expect(
                model.features == [
                    .init(name: "debt", kind: .number), .init(name: "years", kind: .number),
                ]
            )
            #expect(model.prediction == .classProbabilities && model.valuesPerRow == 3)
        }
    }

    /// Columns of the documented table would be scored as others.
    @Test func theDocumentedColumnsAreRefusedForAnotherModel() async throws {
        try await with(Self.regression) { both in
            await #expect {
                try await both.rpc.predict(
                    PredictRequest(
                        model: "mine.json",
                        rows: .applications(ApplicationColumns(rowCount: 1))
                    )
                )
            } throws: { error in
                let status = error as? RPCStatus
                return status?.code == .failedPrecondition
                    && status?.message.hasPrefix("model mine.json has not the features") == true
            }
        }
    }

    @Test(
        arguments: [
            (["debt"], "columns: years is missing"),
            (["debt", "debt"], "columns: debt is given twice"),
            (["debt", "years", "age"], "columns: age is no feature of the model"),
        ]
    )
    func everyFeatureIsGivenOnce(names: [String], refusal: String) async throws {
        try await with(Self.regression) { both in
            let columns = names.map { TableColumns.Column($0, .float32([1])) }
            await #expect {
                try await both.rpc.predict(
                    PredictRequest(
                        model: "mine.json",
                        rows: .table(TableColumns(rowCount: 1, columns: columns))
                    )
                )
            } throws: { error in
                let status = error as? RPCStatus
                return status?.code == .invalidArgument
                    && status?.message.hasPrefix(refusal) == true
            }
        }
    }

    @Test func valuesUnderOtherNamesAreCountedInBothWays() throws {
        let features: [ServedModel.Feature] = [.init(name: "debt", kind: .number)]
        let body = Array(#"{"sample": [{"debt": 1, "x": 2}, {"y": 1, "debt": 2, "z": 0}]}"#.utf8)
        let layout = try #require(RecordLayout(features))
        guard let document = RecordDocument(body, listName: "sample") else {
            Issue.record("the body is plain")
            return
        }
        #expect(document.columns(layout)?.unknownCount == 3)
    }

    @Test func whatTheModelDoesNotKnowIsNamedWhereItIsAskedFor() async throws {
        try await with(Self.regression) { both in
            let sample =
                #"[{"debt": 1, "years": 2, "agee": 3}, {"debt": 1, "years": 2, "agee": 4, "x": 1}]"#
            let body = """
                {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
                 "sample": \(sample)
                """
            let silent = try await both.http.post("/predict", body + "}")
            #expect(silent.text.hasSuffix(#""Prediction Output":[[0.25],[0.25]]}"#))
            let warned = try await both.http.post("/predict", body + #", "warnings": true}"#)
            #expect(
                warned.text.hasSuffix(
                    #""Prediction Output":[[0.25],[0.25]],"Warnings":["The model has no columns "#
                        + #"'agee', 'x': 3 values were passed over."]}"#
                ),
                "\(warned.text)"
            )
            let right = try await predict(both, #", "warnings": true"#)
            #expect(right.hasSuffix(#""Warnings":[]}"#))
            let wrong = try await both.http.post("/predict", body + #", "warnings": 1}"#)
            #expect(wrong.status == 422)
        }
    }
}
