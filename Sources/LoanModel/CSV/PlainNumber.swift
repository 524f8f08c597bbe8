// SPDX-License-Identifier: Apache-2.0

// Eight digits at a time in one word: D. Lemire, "Number parsing at a gigabyte per second", 2021,
// doi 10.1002/spe.2984. Words are little-endian on every platform that this package builds for.

/// Numbers as most tables have them: a minus or none, and up to 15 digits with a decimal mark or
/// none.
package enum PlainNumber {
    private static let digitsMax = 15

    /// Reads a cell; nil for one that is no such number. What is read is the nearest double.
    /// - Precondition: 16 bytes can be read from any place of the cell on.
    @inline(__always)
    package static func read(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        mark: UInt8
    ) -> Double? {
        var start = range.lowerBound
        let isNegative = start < range.upperBound && text[start] == UInt8(ascii: "-")
        if isNegative { start += 1 }
        let length = range.upperBound - start
        guard length > 0, length <= digitsMax + 1, start + 16 <= text.count,
            text[start] &- UInt8(ascii: "0") < 10 || text[start] == mark
        else { return nil }
        var digits = Digits(text, start, length)
        let decimals = digits.takeOut(mark)
        let count = decimals == nil ? length : length - 1
        guard count > 0, count <= digitsMax, let mantissa = digits.value else { return nil }
        // Both are exact as doubles, so the division rounds once (W. D. Clinger, "How to read
        // floating point numbers accurately", PLDI 1990, doi 10.1145/93542.93557).
        let whole = Double(Int64(bitPattern: mantissa))
        let value = decimals.map { $0 == 0 ? whole : whole / powers[$0] } ?? whole
        return isNegative ? -value : value
    }

    private static let powers: InlineArray<16, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}

/// Up to sixteen digits, in words whose last digit is highest. Of a digit only its value is left,
/// so that the words begin with zeros.
private struct Digits {
    /// The digits before the last eight.
    private var upper: UInt64 = 0
    /// The last eight.
    private var lower: UInt64

    /// Takes the bytes that may be digits.
    /// - Precondition: `length` is 1 to 16, and 16 bytes can be read.
    @inline(__always)
    init(_ text: borrowing Span<UInt8>, _ start: Int, _ length: Int) {
        let first = Self.word(text, start)
        if length > 8 {
            lower = Self.word(text, start + length - 8)
            upper = first << UInt64(128 - 8 * length)
        } else {
            lower = first << UInt64(64 - 8 * length)
        }
    }

    /// Takes a decimal mark out; the digits before it move up.
    /// - Returns: how many digits come after it; nil where there is none.
    @inline(__always)
    mutating func takeOut(_ mark: UInt8) -> Int? {
        let inLower = Self.first(lower, mark)
        if inLower != 0 {
            lower = Self.without(inLower, lower) | upper >> 56
            upper <<= 8
            return inLower.leadingZeroBitCount / 8
        }
        let inUpper = Self.first(upper, mark)
        guard inUpper != 0 else { return nil }
        upper = Self.without(inUpper, upper)
        return 8 + inUpper.leadingZeroBitCount / 8
    }

    /// The number; nil unless all are digits.
    @inline(__always)
    var value: UInt64? {
        guard (Self.excess(lower) | Self.excess(upper)) & Self.highBits == 0 else { return nil }
        return upper == 0
            ? Self.number(lower) : Self.number(upper) &* 100_000_000 &+ Self.number(lower)
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// Eight bytes, less what digits have in common.
    @inline(__always)
    private static func word(_ text: borrowing Span<UInt8>, _ start: Int) -> UInt64 {
        // The caller has checked that they can be read.
        let bytes = unsafe text.bytes
        return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
            ^ zeros
    }

    /// The highest bit of the first byte that is `mark`; 0 where none is.
    @inline(__always)
    private static func first(_ word: UInt64, _ mark: UInt8) -> UInt64 {
        let difference = word ^ UInt64(mark ^ UInt8(ascii: "0")) &* 0x0101_0101_0101_0101
        // The lowest byte that is 0 has its highest bit set here; above it others may.
        let found = (difference &- 0x0101_0101_0101_0101) & ~difference & highBits
        return found & (0 &- found)
    }

    /// The word without the byte of this highest bit.
    @inline(__always)
    private static func without(_ bit: UInt64, _ word: UInt64) -> UInt64 {
        let before = (bit >> 7) &- 1
        let after = ~(bit | (bit &- 1))
        return (word & after) | (word & before) << 8
    }

    /// Has a highest bit where a byte is no digit; above it others may.
    @inline(__always)
    private static func excess(_ word: UInt64) -> UInt64 { word | (word &+ 0x7676_7676_7676_7676) }

    @inline(__always)
    private static func number(_ word: UInt64) -> UInt64 {
        let pairs = (word &* 2_561) >> 8
        let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
        return ((fours & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
    }
}
