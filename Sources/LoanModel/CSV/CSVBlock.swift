// SPDX-License-Identifier: Apache-2.0

import CFields

/// Whole rows of a table, one after the other, of which each has all fields and none is out of the
/// ordinary. Cells are found without a look at those before them, so that columns can be read one
/// by one.
struct CSVBlock: Sendable {
    /// Bytes after the last row that can be read and mean nothing.
    static let padding = 32

    /// The rows, and the padding.
    private let bytes: [UInt8]
    /// Where each field ends, row by row.
    private let ends: [UInt32]
    private let hasQuotes: Bool
    private let hasReturns: Bool
    /// Number of rows.
    let rowCount: Int
    /// Fields of each row.
    let columnCount: Int

    /// Finds the fields of whole rows.
    /// - Parameters:
    ///   - bytes: the rows and the padding.
    ///   - columnCount: fields that each row must have.
    ///   - recordBytesMax: bytes that a row may have.
    /// - Returns: nil unless every row is plain: what else there may be, `CSVRecordReader` and
    ///   `CSVFieldCursor` read.
    init?(_ bytes: [UInt8], columnCount: Int, separator: UInt8, recordBytesMax: Int) {
        let length = bytes.count - Self.padding
        // A row of one empty field is none; the cells of the others are around a separator.
        guard columnCount > 1, length > 0, length <= recordBytesMax else { return nil }
        var found = cfields_ends()
        let ends = unsafe [UInt32](unsafeUninitializedCapacity: length) { ends, count in
            // Both buffers live during the call, and there is room for an end at each byte.
            unsafe bytes.withUnsafeBufferPointer { text in
                guard let text = text.baseAddress, let ends = ends.baseAddress else { return }
                unsafe found = cfields_find(text, length, separator, ends)
            }
            count = found.is_plain ? found.field_count : 0
        }
        guard found.is_plain, ends.count == found.line_count * columnCount else { return nil }
        for last in stride(from: columnCount - 1, to: ends.count, by: columnCount)
        where bytes[Int(ends[last])] != UInt8(ascii: "\n") { return nil }
        self.bytes = bytes
        self.ends = ends
        self.columnCount = columnCount
        rowCount = found.line_count
        hasQuotes = found.has_quotes
        hasReturns = found.has_returns
        // Separators that are blanks make a row of empty cells a blank line.
        if Blank.matches(separator), (0..<rowCount).contains(where: isBlank) { return nil }
    }

    private func isBlank(_ row: Int) -> Bool {
        let first = row * columnCount
        let start = first == 0 ? 0 : Int(ends[first - 1]) + 1
        return (start..<Int(ends[first + columnCount - 1])).allSatisfy { Blank.matches(bytes[$0]) }
    }

    /// Calls `body` with the cell of a column in each row, in order.
    @inline(__always)
    func forEachCell<Failure: Error>(
        of column: Int,
        _ body: (_ text: borrowing Span<UInt8>, _ range: Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        let (text, ends) = (bytes.span, ends.span)
        let mayReturn = hasReturns && column == columnCount - 1
        var index = column
        for _ in 0..<rowCount {
            var start = index == 0 ? 0 : Int(ends[index - 1]) + 1
            var end = Int(ends[index])
            if mayReturn, end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            if hasQuotes, start < end, text[start] == UInt8(ascii: "\"") {
                start += 1
                end -= 1
            }
            try body(text, start..<end)
            index += columnCount
        }
    }
}
