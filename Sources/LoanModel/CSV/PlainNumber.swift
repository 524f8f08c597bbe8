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
        var digits = Digits(text, start)
        let place = digits.find(mark)
        let count = place < length ? length - 1 : length
        guard count > 0, count <= digitsMax else { return nil }
        if place < length { digits.remove(place) }
        guard let mantissa = digits.value(count) else { return nil }
        // Both are exact as doubles, so the division rounds once (W. D. Clinger, "How to read
        // floating point numbers accurately", PLDI 1990, doi 10.1145/93542.93557).
        let whole = Double(Int64(bitPattern: mantissa))
        let decimals = place < length ? count - place : 0
        let value = decimals == 0 ? whole : whole / powers[decimals]
        return isNegative ? -value : value
    }

    private static let powers: InlineArray<16, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}

/// Sixteen bytes of a text.
private struct Digits {
    /// The first eight, the first one lowest.
    private var low: UInt64
    private var high: UInt64

    @inline(__always)
    init(_ text: borrowing Span<UInt8>, _ start: Int) {
        // The caller has checked that 16 bytes follow.
        let bytes = unsafe text.bytes
        low = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
        high = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 8, as: UInt64.self)
    }

    /// The place of the first byte that is `byte`; 16 where none is.
    @inline(__always)
    func find(_ byte: UInt8) -> Int {
        let inLow = Self.first(low, byte)
        return inLow < 8 ? inLow : 8 + Self.first(high, byte)
    }

    /// Takes a byte out; those after it move up.
    @inline(__always)
    mutating func remove(_ place: Int) {
        if place < 8 {
            let before = UInt64(1) << UInt64(8 * place) &- 1
            low = low & before | (low >> 8 | high << 56) & ~before
            high >>= 8
        } else {
            let before = UInt64(1) << UInt64(8 * (place - 8)) &- 1
            high = high & before | (high >> 8) & ~before
        }
    }

    /// The number of the first `count` bytes, 1 to 15; nil unless all are digits.
    @inline(__always)
    func value(_ count: Int) -> UInt64? {
        let zeros: UInt64 = 0x3030_3030_3030_3030
        guard count > 8 else {
            let unused = UInt64(64 - 8 * count)
            // Zeros come before the digits.
            let word = unused == 0 ? low : low << unused | zeros >> (64 - unused)
            return Self.areDigits(word) ? Self.number(word) : nil
        }
        let unused = UInt64(128 - 8 * count)
        let first = low << unused | zeros >> (64 - unused)
        let second = high << unused | low >> (64 - unused)
        guard Self.areDigits(first), Self.areDigits(second) else { return nil }
        return Self.number(first) &* 100_000_000 &+ Self.number(second)
    }

    @inline(__always)
    private static func first(_ word: UInt64, _ byte: UInt8) -> Int {
        let difference = word ^ UInt64(byte) &* 0x0101_0101_0101_0101
        // The lowest byte that is 0 has its highest bit set here; above it others may.
        let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
        return zeros.trailingZeroBitCount / 8
    }

    @inline(__always)
    private static func areDigits(_ word: UInt64) -> Bool {
        let nibbles: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let zeros: UInt64 = 0x3030_3030_3030_3030
        return (word & nibbles == zeros)
            && ((word &+ 0x0606_0606_0606_0606) & nibbles == zeros)
    }

    @inline(__always)
    private static func number(_ word: UInt64) -> UInt64 {
        let pairs = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2_561) >> 8
        let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
        return ((fours & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
    }
}
