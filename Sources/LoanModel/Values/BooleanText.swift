// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// A text as a boolean of an application.
package enum BooleanText {
    /// What a text holds.
    package enum Reading: Equatable {
        /// 1 or 0.
        case value(Bool)
        case missing
        /// Neither a boolean nor nothing.
        case invalid
    }

    /// Reads the text at `range`, with or without blanks around it: true, false, yes, no, t, f, y
    /// and n in any case of letters, and the numbers 0 and 1.
    package static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        let trimmed = Blank.trimmed(text, range)
        if let value = value(text, trimmed) { return .value(value) }
        if MissingMarker.matches(text, trimmed) { return .missing }
        switch DecimalNumber.double(text, trimmed) {
        case .number(0): return .value(false)
        case .number(1): return .value(true)
        case .number, .outOfRange, .invalid: return .invalid
        }
    }

    /// Reads a whole text.
    package static func read(_ text: String) -> Reading {
        let bytes = Array(text.utf8)
        return read(bytes.span, 0..<bytes.count)
    }

    /// What a word stands for.
    private static func value(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool? {
        guard range.count <= 5 else { return nil }
        // The first letter is lowest. ASCII letters differ from their capitals in one bit.
        var word: UInt64 = 0
        for index in range.reversed() { word = word << 8 | UInt64(text[index] | 0x20) }
        return switch word {
        case 0x65_75_72_74, 0x73_65_79, 0x74, 0x79: true  // true, yes, t, y
        case 0x65_73_6C_61_66, 0x6F_6E, 0x66, 0x6E: false  // false, no, f, n
        default: nil
        }
    }
}
