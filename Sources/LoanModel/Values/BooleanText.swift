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

    private static let words: [(name: [UInt8], value: Bool)] = [
        (Array("true".utf8), true), (Array("false".utf8), false), (Array("yes".utf8), true),
        (Array("no".utf8), false), (Array("t".utf8), true), (Array("f".utf8), false),
        (Array("y".utf8), true), (Array("n".utf8), false),
    ]

    /// Reads the text at `range`, with or without blanks around it: true, false, yes, no, t, f, y
    /// and n in any case of letters, and the numbers 0 and 1.
    package static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        let trimmed = Blank.trimmed(text, range)
        for (name, value) in words where matches(text, trimmed, name) { return .value(value) }
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

    private static func matches(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ name: [UInt8]
    ) -> Bool {
        guard range.count == name.count else { return false }
        // ASCII letters differ from their capitals in one bit.
        return name.indices.allSatisfy { text[range.lowerBound + $0] | 0x20 == name[$0] }
    }
}
