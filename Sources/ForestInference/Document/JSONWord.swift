// SPDX-License-Identifier: Apache-2.0

/// The words of JSON that are not strings, in values that are stepped over: these must be JSON, too.
enum JSONWord {
    private static let literals = ["true", "false", "null", "NaN", "Infinity", "-Infinity"]

    /// Whether `bytes[range]`, which is not empty, is a number (RFC 8259, 6), a literal, or one of
    /// the words that XGBoost writes instead of a number.
    static func isValid(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        isNumber(bytes, in: range)
            || literals.contains { bytes[range].elementsEqual($0.utf8) }
    }

    private static func isNumber(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        var index = range.lowerBound
        func next() -> UInt8? { index < range.upperBound ? bytes[index] : nil }
        func skipDigits() -> Int {
            let start = index
            while index < range.upperBound, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
            return index - start
        }
        if next() == UInt8(ascii: "-") { index += 1 }
        let startsWithZero = next() == UInt8(ascii: "0")
        let wholeDigits = skipDigits()
        // A leading zero stands alone.
        guard wholeDigits == 1 || wholeDigits > 1 && !startsWithZero else { return false }
        if next() == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() > 0 else { return false }
        }
        if let byte = next(), byte | 0x20 == UInt8(ascii: "e") {
            index += 1
            if let sign = next(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                index += 1
            }
            guard skipDigits() > 0 else { return false }
        }
        return index == range.upperBound
    }
}
