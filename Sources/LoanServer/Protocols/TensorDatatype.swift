// SPDX-License-Identifier: Apache-2.0

internal import JSON

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

    /// The values of JSON that can be an element, in the words of error messages.
    var elementsInJSON: String {
        switch self {
        case .bool: "true or false, or 1 or 0"
        case .uint8: "a whole number from 0 to 255"
        case .uint16: "a whole number from 0 to 65535"
        case .uint32: "a whole number from 0 to 4294967295"
        case .uint64: "a whole number from 0 to 18446744073709551615"
        case .int8: "a whole number from -128 to 127"
        case .int16: "a whole number from -32768 to 32767"
        case .int32: "a whole number from -2147483648 to 2147483647"
        case .int64: "a whole number from -9223372036854775808 to 9223372036854775807"
        case .float32, .float64: "a number, or NaN or null where it is missing"
        case .bytes: "a text, or null where it is missing"
        }
    }

    /// An element of JSON as a float; nil for a value that is not of this type.
    func number(_ value: JSONValue) -> Float? {
        switch (self, value) {
        case (.float32, .number(let number)), (.float64, .number(let number)):
            Float(number.value)
        case (.float32, .null), (.float64, .null): .nan
        case (.bool, .bool(let flag)): flag ? 1 : 0
        case (.bool, .number(let number)):
            number.value == 0 || number.value == 1 ? Float(number.value) : nil
        case (_, .number(let number)): holds(number) ? Float(number.value) : nil
        default: nil
        }
    }

    /// Whether a number is one of this type of integers.
    private func holds(_ number: JSONNumber) -> Bool {
        let value = number.value
        return switch self {
        case .uint8: UInt8(exactly: value) != nil
        case .uint16: UInt16(exactly: value) != nil
        case .uint32: UInt32(exactly: value) != nil
        case .int8: Int8(exactly: value) != nil
        case .int16: Int16(exactly: value) != nil
        case .int32: Int32(exactly: value) != nil
        case .int64:
            number.form == .int64 || number.form == .real && Int64(exactly: value) != nil
        case .uint64:
            switch number.form {
            case .int64: value >= 0
            case .uint64: true
            case .wideInteger: false
            case .real: UInt64(exactly: value) != nil
            }
        case .bool, .float32, .float64, .bytes: false
        }
    }

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
