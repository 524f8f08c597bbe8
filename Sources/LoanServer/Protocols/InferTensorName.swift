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
    /// The calibrated probability of a model that is calibrated, FP64.
    case calibrated
    /// The points of the model's policy, whole numbers as FP32.
    case points
    /// The name of the band of the model's policy, BYTES.
    case band
    /// What the model's policy decides: approve, refer or decline, BYTES.
    case decision
    /// What each raw feature adds to the margin, and the base value, FP32: shape
    /// [rows, features + 1], or [rows, margins, features + 1] of several margins a row.
    case contributions
    /// The same by prepared column, called and shaped as Triton's FIL backend has it.
    case columnContributions = "treeshap_output"

    /// Those that answers have where a request names none.
    static let unnamed: [InferOutput] = [.prediction, .label]
    /// Those that a policy makes.
    static let decided: [InferOutput] = [.points, .band, .decision]
    /// Those that take as long as hundreds of predictions: only where a request names them.
    static let contributed: [InferOutput] = [.contributions, .columnContributions]

    /// What contributions are counted by; nil for another output.
    var scope: RowContributions.Scope? {
        switch self {
        case .contributions: .features
        case .columnContributions: .columns
        case .prediction, .label, .calibrated, .points, .band, .decision: nil
        }
    }

    /// The outputs of a model.
    /// - Parameters:
    ///   - decides: whether it has a policy.
    ///   - isCalibrated: whether it has calibrated probabilities.
    static func all(of kind: Prediction, decides: Bool, isCalibrated: Bool) -> [InferOutput] {
        switch kind {
        case .probability, .classProbabilities, .classIndex:
            unnamed + (isCalibrated ? [.calibrated] : []) + (decides ? decided : [])
        case .value: [.prediction]
        }
    }

    /// The type of the elements.
    func datatype(of kind: Prediction) -> TensorDatatype {
        switch self {
        case .prediction: .float32
        case .label: kind == .probability ? .uint8 : .int64
        case .calibrated: .float64
        case .points, .contributions, .columnContributions: .float32
        case .band, .decision: .bytes
        }
    }

    /// Columns of the output; nil for a vector.
    func width(of kind: Prediction, valuesPerRow: Int) -> Int? {
        switch self {
        case .prediction: kind.isOfClasses || valuesPerRow > 1 ? valuesPerRow : nil
        case .label, .calibrated, .points, .band, .decision, .contributions, .columnContributions:
            nil
        }
    }
}
