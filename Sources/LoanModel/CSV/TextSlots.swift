// SPDX-License-Identifier: Apache-2.0

// A slot has the first bytes of its text, so that most texts are found with one look at memory.

/// Finds the codes of texts: an open-addressing table with linear probes, at most half full.
struct TextSlots: Sendable {
    private struct Slot: Sendable {
        var head = TextHead.none
        var code: UInt32 = 0
    }

    private static let countMin = 32
    private var slots = [Slot](repeating: Slot(), count: countMin)
    private var usedCount = 0

    /// Bytes of the table.
    var byteCount: Int { slots.count * MemoryLayout<Slot>.stride }

    /// The code of a text that is not empty; nil if it has none.
    /// - Parameter hasRest: whether the text of a code goes on after its head as this one does.
    @inline(__always)
    func find(_ head: TextHead, hasRest: (_ code: Int) -> Bool) -> Int? {
        let slots = slots.span
        var place = head.place(of: slots.count)
        while true {
            let slot = slots[place]
            if slot.head == head, !head.hasRest || hasRest(Int(slot.code)) {
                return Int(slot.code)
            }
            if slot.head.length == 0 { return nil }
            place = (place + 1) & (slots.count - 1)
        }
    }

    /// Gives a text a code that it does not have yet.
    mutating func insert(_ head: TextHead, code: Int) {
        if 2 * usedCount >= slots.count { grow() }
        place(Slot(head: head, code: UInt32(code)))
        usedCount += 1
    }

    private mutating func place(_ slot: Slot) {
        var place = slot.head.place(of: slots.count)
        while slots[place].head.length > 0 { place = (place + 1) & (slots.count - 1) }
        slots[place] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: 2 * old.count)
        for slot in old where slot.head.length > 0 { place(slot) }
    }
}

/// The first bytes of a text, its length, and a hash of all.
struct TextHead: Sendable, Equatable {
    /// Of no text.
    static let none = TextHead(first: 0, second: 0, third: 0, length: 0)
    private static let byteCount = 24

    /// Eight bytes each, the first one lowest.
    private let first: UInt64
    private let second: UInt64
    /// The last eight; of a longer text a hash of all that come after the first sixteen.
    private let third: UInt64
    /// Bytes of the text.
    let length: UInt32

    private init(first: UInt64, second: UInt64, third: UInt64, length: UInt32) {
        self.first = first
        self.second = second
        self.third = third
        self.length = length
    }

    /// The head of the text at `range`.
    @inline(__always)
    init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        let (start, count) = (range.lowerBound, range.count)
        length = UInt32(truncatingIfNeeded: count)
        guard count <= Self.byteCount, start + Self.byteCount <= text.count else {
            (first, second, third) = Self.words(text, range)
            return
        }
        if count <= 8 {
            first = Self.word(text, start, count)
            (second, third) = (0, 0)
        } else {
            first = Self.word(text, start, 8)
            second = Self.word(text, start + 8, min(8, count - 8))
            third = count <= 16 ? 0 : Self.word(text, start + 16, count - 16)
        }
    }

    /// Whether the text goes on after these bytes.
    var hasRest: Bool { length > UInt32(Self.byteCount) }

    /// The place in a table of a power of two of slots.
    @inline(__always)
    func place(of slotCount: Int) -> Int {
        let sum =
            ((first ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15)
            ^ (second &* 0xC2B2_AE3D_27D4_EB4F) ^ (third &* 0x1656_67B1_9E37_79F9)
        let hash = (sum ^ (sum >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: hash >> 32) & (slotCount - 1)
    }

    /// The first 1 to 8 bytes from `start` on.
    /// - Precondition: eight bytes can be read there.
    @inline(__always)
    private static func word(_ text: borrowing Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        let bytes = unsafe text.bytes
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
        return word & (UInt64.max >> UInt64(64 - 8 * count))
    }

    /// The words of a text that is long, or close to the end of what can be read.
    @inline(never)
    private static func words(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> (UInt64, UInt64, UInt64) {
        var words: InlineArray<3, UInt64> = [0, 0, 0]
        for (offset, place) in range.enumerated() {
            let (index, byte) = (min(offset / 8, 2), UInt64(text[place]))
            if offset < byteCount {
                words[index] |= byte << UInt64(8 * (offset % 8))
            } else {
                words[index] = (words[index] ^ byte) &* 0x0000_0100_0000_01B3
            }
        }
        return (words[0], words[1], words[2])
    }
}
