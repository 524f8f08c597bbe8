// SPDX-License-Identifier: Apache-2.0

/// Gives codes to the categories of one column in the order in which they first occur. Blanks
/// around a category are passed over.
struct CategoryBuilder: Sendable {
    /// Why a cell has no code.
    enum Failure: Error {
        case tooLong
        case tooMany
        case invalidUTF8
    }

    private static let slotCountMin = 1_024

    /// The most names that are taken.
    let countMax: Int
    private(set) var names: [String] = []
    /// The names' bytes, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// An open-addressing table of code + 1; 0 is free. At most a quarter of it is ever used.
    private var slots = [UInt32](repeating: 0, count: slotCountMin)

    /// - Parameter countMax: the most names that are taken.
    init(countMax: Int = TableLimits.categoryCountMax) { self.countMax = countMax }

    /// Number of names.
    var count: Int { ends.count }

    /// Bytes of the names, and of what finds them.
    var byteCount: Int {
        // A name of more than 15 bytes has memory of its own; arrays grow to twice their size.
        2 * bytes.count + names.count * 96 + slots.count * MemoryLayout<UInt32>.size
    }

    /// The code of the cell in `range`; `CategoryColumn.missing` if it holds no value.
    @inline(__always)
    mutating func code(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt16 {
        let range = Blank.trimmed(text, range)
        guard !range.isEmpty else { return CategoryColumn.missing }
        var slot = Self.slot(text, range, slots.count)
        while slots[slot] != 0 {
            let code = Int(slots[slot] - 1)
            if matches(code, text, range) { return UInt16(code) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return try insert(text, range, slot)
    }

    /// The code of the cell in `range`, which has no blanks around it; nil if it has none yet.
    @inline(__always)
    func find(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var slot = Self.slot(text, range, slots.count)
        while slots[slot] != 0 {
            let code = Int(slots[slot] - 1)
            if matches(code, text, range) { return code }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The code of a name of another builder, which may be new here; nil where there is no room.
    mutating func adopt(_ index: Int, of other: CategoryBuilder) -> (code: UInt16, isNew: Bool)? {
        let range = (index == 0 ? 0 : other.ends[index - 1])..<other.ends[index]
        if let code = find(other.bytes.span, range) { return (UInt16(code), false) }
        // Its length and its bytes were checked there.
        return (try? code(of: other.bytes.span, range)).map { ($0, true) }
    }

    @inline(__always)
    private static func slot(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ slotCount: Int
    ) -> Int {
        var hash = UInt64(range.count)
        var offset = 0
        while offset < range.count {
            hash = (hash ^ word(text, range, offset)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            offset += 8
        }
        return Int(truncatingIfNeeded: hash) & (slotCount - 1)
    }

    @inline(__always)
    private func matches(
        _ code: Int,
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        let name = start..<ends[code]
        guard name.count == range.count else { return false }
        let names = bytes.span
        var offset = 0
        while offset < range.count {
            if Self.word(names, name, offset) != Self.word(text, range, offset) { return false }
            offset += 8
        }
        return true
    }

    /// The eight bytes at an offset that is a multiple of eight; fewer at the end of the range.
    @inline(__always)
    private static func word(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ offset: Int
    ) -> UInt64 {
        let start = range.lowerBound + offset
        let count = range.upperBound - start
        guard start >= 0, start + 8 <= text.count else { return lastWord(text, start, count) }
        // Eight bytes follow, if not all of the range.
        let bytes = unsafe text.bytes
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
        return count >= 8 ? word : word & (1 << UInt64(8 * count) &- 1)
    }

    /// The same, close to the end of the text.
    @inline(never)
    private static func lastWord(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ count: Int
    ) -> UInt64 {
        var word: UInt64 = 0
        for place in (0..<count).reversed() { word = word << 8 | UInt64(text[start + place]) }
        return word
    }

    private mutating func insert(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ slot: Int
    ) throws(Failure) -> UInt16 {
        if MissingMarker.matches(text, range) { return CategoryColumn.missing }
        guard range.count <= TableLimits.categoryBytesMax else { throw .tooLong }
        guard names.count < countMax else { throw .tooMany }
        let name = range.map { text[$0] }
        guard let string = String(validating: name, as: UTF8.self) else { throw .invalidUTF8 }
        names.append(string)
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        slots[slot] = UInt32(names.count)
        if 4 * names.count > slots.count { grow() }
        return UInt16(names.count - 1)
    }

    private mutating func grow() {
        let count = 4 * slots.count
        slots = [UInt32](repeating: 0, count: count)
        for code in names.indices {
            let start = code == 0 ? 0 : ends[code - 1]
            var slot = Self.slot(bytes.span, start..<ends[code], count)
            while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
            slots[slot] = UInt32(code + 1)
        }
    }
}
