// SPDX-License-Identifier: Apache-2.0

/// Numbers of a model in JSON, and the words that XGBoost writes for some.
enum DocumentNumber {
    /// The float32 nearest to the number in `bytes[range]`, or nil if that is no number.
    static func float(_ bytes: [UInt8], in range: Range<Int>) -> Float? {
        if let value = DecimalNumber.float(bytes.span, range) { return value }
        return switch String(decoding: bytes[range], as: UTF8.self) {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: nil
        }
    }

    /// The integer in `bytes[range]`; `true` is 1 and `false` is 0.
    static func integer(_ bytes: [UInt8], in range: Range<Int>) -> Int32? {
        var value: Int32 = 0
        var index = range.lowerBound
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        guard index < range.upperBound else { return nil }
        while index < range.upperBound {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return literal(bytes[range]) }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int32(digit))
            guard !overflowed, !carried else { return nil }
            value = sum
            index += 1
        }
        return isNegative ? -value : value
    }

    private static func literal(_ bytes: ArraySlice<UInt8>) -> Int32? {
        if bytes.elementsEqual("true".utf8) { return 1 }
        return bytes.elementsEqual("false".utf8) ? 0 : nil
    }
}
