// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// Names of tensors that every model has.
enum InferTensorName {
    /// All prepared features, shape [rows, features], row after row: for callers that prepare
    /// applications themselves.
    static let prepared = "input__0"
}

/// The outputs of a model for each row, by the names of the protocol.
package enum InferOutput: String, Sendable, CaseIterable {
    /// What the model predicts, FP32: shape [rows], or [rows, values] of several values a row.
    case prediction = "output__0"
    /// The class: 1 where a probability exceeds one half (UINT8), or the index of the likeliest of
    /// several classes (INT64). A model that predicts values has none.
    case label
    /// The points of the model's policy, whole numbers as FP32.
    case points
    /// The name of the band of the model's policy, BYTES.
    case band
    /// What the model's policy decides: approve, refer or decline, BYTES.
    case decision

    /// Those that answers have where a request names none.
    static let unnamed: [InferOutput] = [.prediction, .label]
    /// Those that a policy makes.
    static let decided: [InferOutput] = [.points, .band, .decision]

    /// The outputs of a model.
    /// - Parameter decides: whether it has a policy.
    static func all(of kind: Prediction, decides: Bool) -> [InferOutput] {
        switch kind {
        case .probability, .classProbabilities, .classIndex:
            unnamed + (decides ? decided : [])
        case .value: [.prediction]
        }
    }

    /// The type of the elements.
    func datatype(of kind: Prediction) -> TensorDatatype {
        switch self {
        case .prediction: .float32
        case .label: kind == .probability ? .uint8 : .int64
        case .points: .float32
        case .band, .decision: .bytes
        }
    }

    /// Columns of the output; nil for a vector.
    func width(of kind: Prediction, valuesPerRow: Int) -> Int? {
        switch self {
        case .prediction: kind.isOfClasses || valuesPerRow > 1 ? valuesPerRow : nil
        case .label, .points, .band, .decision: nil
        }
    }
}
