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

    /// While no more slots than these are there, a cheap hash does.
    private static let slotCountMin = 1_024

    private let countMax: Int
    private(set) var names: [String] = []
    /// The names' bytes, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// An open-addressing table of code + 1; 0 is free. At most a quarter of it is ever used.
    private var slots = [UInt32](repeating: 0, count: slotCountMin)

    /// - Parameter countMax: the most names that are taken.
    init(countMax: Int = TableLimits.categoryCountMax) { self.countMax = countMax }

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

    /// For few names a hash of length, ends and middle, of which those that share them are
    /// distinguished by probing; for many a hash of all bytes.
    @inline(__always)
    private static func slot(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ slotCount: Int
    ) -> Int {
        guard slotCount == slotCountMin else {
            return ByteStringIndex.hash(text, range) & (slotCount - 1)
        }
        let first = Int(text[range.lowerBound])
        let middle = Int(text[range.lowerBound + range.count / 2])
        let last = Int(text[range.upperBound - 1])
        return (range.count &* 131 &+ first &* 31 &+ middle &* 7 &+ last) & (slotCount - 1)
    }

    @inline(__always)
    private func matches(
        _ code: Int,
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == range.count else { return false }
        for offset in 0..<range.count
        where bytes[start + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
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
