// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// A text as a number of an application: the one reader for cells of tables and texts of JSON.
/// `docs/values.md` has its grammar.
package enum NumberText {
    /// What a text holds.
    package enum Reading: Equatable {
        /// A finite float32, rounded once from the nearest double.
        case number(Float)
        /// NaN.
        case missing
        /// A number that float32 has not.
        case outOfRange
        /// No decimal number.
        case invalid
    }

    private static let notANumber = ["NaN", "nan", "-NaN", "-nan"].map { Array($0.utf8) }

    /// Reads the text at `range`, with or without blanks around it.
    package static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        let trimmed = Blank.trimmed(text, range)
        switch DecimalNumber.double(text, trimmed) {
        case .number(let value):
            let rounded = Float(value)
            return rounded.isFinite ? .number(rounded) : .outOfRange
        case .outOfRange: return .outOfRange
        case .invalid:
            let isMissing = notANumber.contains { name in
                name.count == trimmed.count
                    && name.indices.allSatisfy { name[$0] == text[trimmed.lowerBound + $0] }
            }
            return isMissing ? .missing : .invalid
        }
    }

    /// Reads a whole text.
    package static func read(_ text: String) -> Reading {
        let bytes = Array(text.utf8)
        return read(bytes.span, 0..<bytes.count)
    }
}
