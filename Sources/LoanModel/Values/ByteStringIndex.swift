// SPDX-License-Identifier: Apache-2.0

// An open-addressing table of byte strings with linear probes, at most half full; few strings are
// compared one after the other, which is faster. The hash is FNV-1a (Fowler, Noll, Vo), 64 bits:
// the strings are a model's own, so that nobody else decides how many share a slot.

/// Finds the place of a byte string among many.
struct ByteStringIndex: Sendable, Equatable {
    /// Up to this many are compared one after the other.
    private static let comparedMax = 12

    private let strings: [[UInt8]]
    /// Place + 1 of the string of a slot; 0 is free. Empty where strings are few.
    private let slots: [UInt32]

    /// - Parameter strings: where two are equal, the first is found.
    init(_ strings: [[UInt8]]) {
        self.strings = strings
        guard strings.count > Self.comparedMax else {
            slots = []
            return
        }
        var capacity = 32
        while capacity < 2 * strings.count { capacity *= 2 }
        var slots = [UInt32](repeating: 0, count: capacity)
        for (place, string) in strings.enumerated() {
            var slot = Self.hash(string.span, 0..<string.count) & (capacity - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt32(place + 1)
        }
        self.slots = slots
    }

    /// The place of the bytes of `range`, or nil.
    @inline(__always)
    func place(of text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !slots.isEmpty else {
            for (place, string) in strings.enumerated() where Self.equal(text, range, string) {
                return place
            }
            return nil
        }
        var slot = Self.hash(text, range) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if Self.equal(text, range, strings[place]) { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a, folded so that its low bits depend on all of them.
    @inline(__always)
    static func hash(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(text[index])) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }

    @inline(__always)
    private static func equal(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ string: [UInt8]
    ) -> Bool {
        guard string.count == range.count else { return false }
        for offset in 0..<string.count where text[range.lowerBound + offset] != string[offset] {
            return false
        }
        return true
    }
}
