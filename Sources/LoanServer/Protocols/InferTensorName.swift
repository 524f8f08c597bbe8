// SPDX-License-Identifier: Apache-2.0

/// Names of tensors that every model has.
enum InferTensorName {
    /// All prepared features, shape [rows, features], row after row: for callers that prepare
    /// applications themselves.
    static let prepared = "input__0"
}

/// The outputs of a model for each row, by the names of the protocol.
package enum InferOutput: String, Sendable, CaseIterable {
    /// The probability of default, FP32.
    case probability = "output__0"
    /// 1 where the probability exceeds one half, UINT8.
    case label

    var datatype: TensorDatatype {
        switch self {
        case .probability: .float32
        case .label: .uint8
        }
    }
}
