// SPDX-License-Identifier: Apache-2.0

// Decimal text to the nearest double, ties to even.
//
// Up to 2^53 and a power of ten up to 22 are exact as doubles, so one operation rounds once
// (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990,
// doi 10.1145/93542.93557). Up to 19 digits with a negative power of ten up to 19, the quotient of
// two 64-bit integers is computed to 64 bits with a sticky last bit, which rounds once as well. The
// rest, which is rare, goes to the standard library.

/// A correctly rounded reader of decimal numbers.
enum DecimalParser {
    /// What a cell holds.
    enum Result: Equatable {
        /// A finite number.
        case number(Double)
        /// A number beyond the doubles.
        case outOfRange
        /// No decimal number.
        case invalid
    }

    /// Reads `[+-] digits [. digits] [e [+-] digits]`, nothing before or after, at least one digit.
    @inline(__always)
    static func parse(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Result {
        var digits = Digits()
        guard digits.scan(text, range) else { return .invalid }
        if let value = digits.exactValue { return .number(digits.isNegative ? -value : value) }
        return slow(text, range)
    }

    /// mantissa / 10^decimals, correctly rounded.
    /// - Precondition: the mantissa is at most 2^53 and there are at most 22 decimals.
    @inline(__always)
    static func value(_ mantissa: UInt64, decimals: Int) -> Double {
        // Signed, because that conversion is one instruction.
        let value = Double(Int64(bitPattern: mantissa))
        return decimals == 0 ? value : value / Digits.powers[decimals]
    }

    @inline(never)
    private static func slow(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Result {
        // The grammar is checked, so the bytes are ASCII digits, signs, a point and an e.
        let string = String(decoding: range.map { text[$0] }, as: UTF8.self)
        guard let value = Double(string) else { return .invalid }
        return value.isFinite ? .number(value) : .outOfRange
    }
}

/// A decimal number taken apart: mantissa * 10^exponent.
private struct Digits {
    static let powers: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
    private static let integerPowers: InlineArray<20, UInt64> = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
        10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
        100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]

    var isNegative = false
    private var mantissa: UInt64 = 0
    private var digitCount = 0
    private var exponent = 0

    /// Reads the parts; false if the text is not of the grammar.
    @inline(__always)
    mutating func scan(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        let end = range.upperBound
        if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        index = scanDigits(text, index, end)
        var written = index - start
        if index < end, text[index] == UInt8(ascii: ".") {
            let point = index + 1
            index = scanDigits(text, point, end)
            exponent = point - index
            written += index - point
        }
        guard written > 0 else { return false }
        return index == end || scanExponent(text, index, end)
    }

    @inline(__always)
    private mutating func scanDigits(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ end: Int
    ) -> Int {
        var index = start
        while index < end {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Wraps above 19 digits; `exactValue` does not look at the mantissa then.
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if mantissa != 0 { digitCount += 1 }
            index += 1
        }
        return index
    }

    private mutating func scanExponent(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ end: Int
    ) -> Bool {
        guard text[start] | 0x20 == UInt8(ascii: "e") else { return false }
        var index = start + 1
        var sign = 1
        if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            sign = text[index] == UInt8(ascii: "-") ? -1 : 1
            index += 1
        }
        guard index < end else { return false }
        var value = 0
        while index < end {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return false }
            value = min(value * 10 + Int(digit), 1_000_000)
            index += 1
        }
        exponent += sign * value
        return true
    }

    /// The nearest double without its sign, where 64-bit arithmetic finds it; otherwise nil.
    @inline(__always)
    var exactValue: Double? {
        guard digitCount <= 19 else { return nil }
        if mantissa <= 1 << 53 {
            if exponent == 0 { return Double(mantissa) }
            if exponent < 0, exponent >= -22 {
                return Double(mantissa) / Self.powers[-exponent]
            }
            if exponent > 0, exponent <= 22 { return Double(mantissa) * Self.powers[exponent] }
        } else if exponent == 0 {
            return Double(mantissa)
        } else if exponent < 0, exponent >= -19 {
            return quotient(by: Self.integerPowers[-exponent])
        }
        return nil
    }

    /// mantissa / divisor, rounded once; the mantissa is not 0.
    private func quotient(by divisor: UInt64) -> Double {
        // Both have their top bit set, so with the numerator halved the quotient of 128 by 64 bits
        // fits and has at least 63 bits: more than a double's 53 and a guard bit.
        let up = mantissa.leadingZeroBitCount
        let divisorUp = divisor.leadingZeroBitCount
        let numerator = mantissa << UInt64(up)
        let (quotient, remainder) = (divisor << UInt64(divisorUp))
            .dividingFullWidth((numerator >> 1, numerator << 63))
        let sticky = quotient | (remainder == 0 ? 0 : 1)
        return Double(sign: .plus, exponent: divisorUp - up - 63, significand: Double(sticky))
    }
}
