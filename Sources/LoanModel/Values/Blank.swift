// SPDX-License-Identifier: Apache-2.0

/// The bytes that are passed over around names, numbers and categories: ASCII's white space.
enum Blank {
    /// Whether a byte is one.
    @inline(__always)
    static func matches(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    /// The range without blanks at its ends.
    @inline(__always)
    static func trimmed(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, matches(text[start]) { start += 1 }
        while start < end, matches(text[end - 1]) { end -= 1 }
        return start..<end
    }
}
