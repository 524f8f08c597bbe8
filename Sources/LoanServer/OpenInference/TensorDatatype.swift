// SPDX-License-Identifier: Apache-2.0

/// The element types of tensors, by the names of the Open Inference Protocol. FP16 and BF16 are not
/// among them: applications hold numbers that half precision cannot.
package enum TensorDatatype: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case float32 = "FP32"
    case float64 = "FP64"
    /// Texts; in binary each has a 32-bit length in front.
    case bytes = "BYTES"

    /// Bytes of one element; nil where elements differ in length.
    var elementBytes: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: nil
        }
    }
}
