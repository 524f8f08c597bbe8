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

    /// The most names that are taken.
    let countMax: Int
    private(set) var names: [String] = []
    /// The names' bytes, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var slots = TextSlots()

    /// - Parameter countMax: the most names that are taken.
    init(countMax: Int = TableLimits.categoryCountMax) { self.countMax = countMax }

    /// Number of names.
    var count: Int { ends.count }

    /// Bytes of the names, and of what finds them.
    var byteCount: Int {
        // A name of more than 15 bytes has memory of its own; arrays grow to twice their size.
        2 * bytes.count + names.count * 96 + slots.byteCount
    }

    /// The code of the cell in `range`; `CategoryColumn.missing` if it holds no value.
    @inline(__always)
    mutating func code(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt16 {
        let range = Blank.trimmed(text, range)
        guard !range.isEmpty else { return CategoryColumn.missing }
        let head = TextHead(text, range)
        if let code = find(head, text, range) { return UInt16(code) }
        return try insert(head, text, range)
    }

    /// The code of the cell in `range`, which has no blanks around it; nil if it has none yet.
    @inline(__always)
    func find(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        range.isEmpty ? nil : find(TextHead(text, range), text, range)
    }

    /// The code of a name of another builder, which may be new here; nil where there is no room.
    mutating func adopt(_ index: Int, of other: CategoryBuilder) -> (code: UInt16, isNew: Bool)? {
        let range = (index == 0 ? 0 : other.ends[index - 1])..<other.ends[index]
        if let code = find(other.bytes.span, range) { return (UInt16(code), false) }
        // Its length and its bytes were checked there.
        return (try? code(of: other.bytes.span, range)).map { ($0, true) }
    }

    @inline(__always)
    private func find(
        _ head: TextHead,
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Int? {
        slots.find(head) { matches($0, text, range) }
    }

    /// Whether the name of a code is the text at `range`.
    @inline(never)
    private func matches(
        _ code: Int,
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        return ends[code] - start == range.count
            && range.indices.allSatisfy { bytes[start + $0 - range.lowerBound] == text[$0] }
    }

    private mutating func insert(
        _ head: TextHead,
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt16 {
        if MissingMarker.matches(text, range) { return CategoryColumn.missing }
        guard range.count <= TableLimits.categoryBytesMax else { throw .tooLong }
        guard names.count < countMax else { throw .tooMany }
        let name = range.map { text[$0] }
        guard let string = String(validating: name, as: UTF8.self) else { throw .invalidUTF8 }
        names.append(string)
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        slots.insert(head, code: names.count - 1)
        return UInt16(names.count - 1)
    }
}
