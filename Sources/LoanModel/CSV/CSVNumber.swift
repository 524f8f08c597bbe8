// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// A cell as a float32.
enum CSVNumber {
    /// Reads a number, NaN for no value. Numbers enter as float32, rounded from the nearest double,
    /// as pandas followed by `astype("float32")` has them. Blanks around a number are passed over.
    @inline(__always)
    static func read(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ column: @autoclosure () -> String,
        _ position: CSVPosition
    ) throws(CSVError) -> Float {
        guard !range.isEmpty else { return .nan }
        if case .number(let value) = DecimalNumber.double(text, range) {
            let rounded = Float(value)
            if rounded.isFinite { return rounded }
        }
        return try readUnusual(text, range, column(), position)
    }

    @inline(never)
    private static func readUnusual(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ column: String,
        _ position: CSVPosition
    ) throws(CSVError) -> Float {
        if MissingMarker.matches(text, Blank.trimmed(text, range)) { return .nan }
        switch NumberText.read(text, range) {
        case .number(let value): return value
        case .missing: return .nan
        case .outOfRange: throw .outOfRange(position, column: column)
        case .invalid: throw .notANumber(position, column: column)
        }
    }
}
