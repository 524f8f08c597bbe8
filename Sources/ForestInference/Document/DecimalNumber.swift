// SPDX-License-Identifier: Apache-2.0

/// Numbers in decimal text.
///
/// Floats take W. D. Clinger's fast path ("How to read floating point numbers accurately", 1990)
/// in double precision: a mantissa below 2^53 and a power of ten up to 22 are both exact, so one
/// operation rounds once. Rounding that double to float32 is a second rounding, which is harmless
/// unless the double lies exactly between two floats; then, and outside the path, the standard
/// library decides.
enum DecimalNumber {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The float32 nearest to the number in `bytes[range]`, or nil if that is no number.
    static func float(_ bytes: [UInt8], in range: Range<Int>) -> Float? {
        if let value = fastFloat(bytes, in: range) { return value }
        switch String(decoding: bytes[range], as: UTF8.self) {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        case let text:
            guard text.utf8.allSatisfy(isDecimalByte) else { return nil }
            return Float(text)
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

    private static func isDecimalByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static func fastFloat(_ bytes: [UInt8], in range: Range<Int>) -> Float? {
        var index = range.lowerBound
        var mantissa: UInt64 = 0
        var exponent = 0
        var digitCount = 0
        var isFraction = false
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                digitCount += 1
                guard digitCount <= 15 else { return nil }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if isFraction { exponent -= 1 }
            }
            index += 1
        }
        guard digitCount > 0 else { return nil }
        if index < range.upperBound {
            guard bytes[index] | 0x20 == UInt8(ascii: "e"), index + 1 < range.upperBound else {
                return nil
            }
            let start = bytes[index + 1] == UInt8(ascii: "+") ? index + 2 : index + 1
            guard start < range.upperBound, bytes[start] != UInt8(ascii: "+"),
                let written = integer(bytes, in: start..<range.upperBound),
                abs(Int(written)) < 100
            else { return nil }
            exponent += Int(written)
        }
        return rounded(mantissa, exponent, isNegative)
    }

    private static func rounded(_ mantissa: UInt64, _ exponent: Int, _ isNegative: Bool) -> Float? {
        guard abs(exponent) <= 22 else { return nil }
        let power = powersOfTen[abs(exponent)]
        let double = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        // The 29 bits that float32 lacks: exactly half is the one case rounded twice.
        guard double.bitPattern & 0x1FFF_FFFF != 0x1000_0000 else { return nil }
        guard mantissa == 0 || double >= Double(Float.leastNormalMagnitude) else { return nil }
        let float = Float(double)
        return isNegative ? -float : float
    }
}
