// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension LoanModel.Feature.Kind {
    /// The word for it in JSON.
    var word: String {
        switch self {
        case .number: "number"
        case .category: "category"
        case .boolean: "boolean"
        case .date: "date"
        }
    }
}

extension Prediction {
    /// The word for it in JSON.
    var word: String {
        switch self {
        case .probability: "probability"
        case .classProbabilities: "class_probabilities"
        case .classIndex: "class_index"
        case .value: "value"
        }
    }
}

extension ServedModel.Label {
    /// `{"column": "creditability", "positive": "bad"}`; of a number, `positive` is null.
    var json: JSONValue {
        .members([
            "column": .string(column),
            "positive": positive.map { .string($0) } ?? .null,
        ])
    }
}
