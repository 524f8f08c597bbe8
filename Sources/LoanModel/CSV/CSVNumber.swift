// SPDX-License-Identifier: Apache-2.0

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
        if case .number(let value) = DecimalParser.parse(text, range) {
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
        let trimmed = trimmed(text, range)
        if MissingMarker.matches(text, trimmed) { return .nan }
        switch DecimalParser.parse(text, trimmed) {
        case .number(let value):
            guard Float(value).isFinite else { throw .outOfRange(position, column: column) }
            return Float(value)
        case .outOfRange: throw .outOfRange(position, column: column)
        case .invalid: throw .notANumber(position, column: column)
        }
    }

    /// The range without spaces and tabs at its ends.
    static func trimmed(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 9 }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(text[start]) { start += 1 }
        while start < end, isBlank(text[end - 1]) { end -= 1 }
        return start..<end
    }
}
