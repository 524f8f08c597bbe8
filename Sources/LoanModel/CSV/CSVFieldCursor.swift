// SPDX-License-Identifier: Apache-2.0

/// Walks over the fields of one record (RFC 4180). A quote opens a quoted field only as its first
/// byte; anywhere else it is an error, so that fields and records never disagree about quotes.
struct CSVFieldCursor {
    /// Why a record has no next field.
    enum Failure: Error {
        case strayQuote
        case strayCarriageReturn
        case unclosedQuote
    }

    /// Index of the first byte that was not walked over.
    private(set) var index: Int
    private let end: Int
    /// Fields given so far.
    private(set) var count = 0
    /// Whether there is another field, if only an empty one.
    private(set) var hasNext = true
    /// The content of the last field, if quotes were doubled in it.
    private(set) var unquoted: [UInt8] = []

    /// Begins at the first field of the record in `range`.
    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next field: its content's range in `record`, or nil if it is in `unquoted`.
    @inline(__always)
    mutating func next(_ record: borrowing Span<UInt8>) throws(Failure) -> Range<Int>? {
        count += 1
        if index < end, record[index] == UInt8(ascii: "\"") { return try nextQuoted(record) }
        let start = index
        while index < end {
            let byte = record[index]
            if byte == UInt8(ascii: ",") { break }
            if byte == UInt8(ascii: "\"") { throw .strayQuote }
            if byte == UInt8(ascii: "\r") { throw .strayCarriageReturn }
            index += 1
        }
        let field = start..<index
        hasNext = index < end
        index += 1
        return field
    }

    @inline(never)
    private mutating func nextQuoted(
        _ record: borrowing Span<UInt8>
    ) throws(Failure) -> Range<Int>? {
        index += 1
        let start = index
        var hasDoubled = false
        unquoted.removeAll(keepingCapacity: true)
        while true {
            guard index < end else { throw .unclosedQuote }
            let byte = record[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index < end, record[index] == UInt8(ascii: "\"") else { break }
                hasDoubled = true
                index += 1
            }
            unquoted.append(byte)
        }
        let field = start..<(index - 1)
        guard index == end || record[index] == UInt8(ascii: ",") else { throw .strayQuote }
        hasNext = index < end
        index += 1
        return hasDoubled ? nil : field
    }
}
