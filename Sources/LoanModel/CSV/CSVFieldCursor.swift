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

    private let separator: UInt8
    private let decimalMark: UInt8
    /// The greatest byte that is not simply part of a field.
    private let specialMax: UInt8
    /// The content's range of the last field; nil where it is in `unquoted`.
    private var lastField: Range<Int>?
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
    @inline(__always)
    init(_ range: Range<Int>, _ dialect: CSVDialect = .standard) {
        index = range.lowerBound
        end = range.upperBound
        separator = dialect.comma
        decimalMark = dialect.decimalMark
        specialMax = max(dialect.comma, UInt8(ascii: "\""))
    }

    /// The next field: its content's range in `record`, or nil if it is in `unquoted`.
    @inline(__always)
    mutating func next(_ record: borrowing Span<UInt8>) throws(Failure) -> Range<Int>? {
        count += 1
        if index < end, record[index] == UInt8(ascii: "\"") {
            lastField = try nextQuoted(record)
            return lastField
        }
        let start = index
        while index < end {
            let byte = record[index]
            // Letters and most of the rest are above a separator.
            if byte <= specialMax {
                if byte == separator { break }
                if byte == UInt8(ascii: "\"") { throw .strayQuote }
                if byte == UInt8(ascii: "\r") { throw .strayCarriageReturn }
            }
            index &+= 1
        }
        let field = start..<index
        lastField = field
        hasNext = index < end
        index += 1
        return field
    }

    /// The bytes of the last field.
    func content(_ record: borrowing Span<UInt8>) -> [UInt8] {
        lastField.map { range in range.map { record[$0] } } ?? unquoted
    }

    /// The next field if it is a plain number of at most 15 digits, found and read in one pass;
    /// otherwise nil, and the field is still the next.
    @inline(__always)
    mutating func nextPlainNumber(_ record: borrowing Span<UInt8>) -> Double? {
        var mantissa: UInt64 = 0
        let wholeEnd = Self.digits(record, index, end, &mantissa)
        var numberEnd = wholeEnd
        var digitCount = wholeEnd &- index
        var decimals = 0
        if wholeEnd < end, record[wholeEnd] == decimalMark {
            numberEnd = Self.digits(record, wholeEnd &+ 1, end, &mantissa)
            decimals = numberEnd &- wholeEnd &- 1
            digitCount &+= decimals
        }
        guard numberEnd == end || record[numberEnd] == separator,
            digitCount > 0, digitCount <= 15
        else { return nil }
        count &+= 1
        hasNext = numberEnd < end
        index = numberEnd &+ 1
        // Both are exact as doubles, so the division rounds once (W. D. Clinger, "How to read
        // floating point numbers accurately", PLDI 1990, doi 10.1145/93542.93557). Signed, because
        // that conversion is one instruction.
        let whole = Double(Int64(bitPattern: mantissa))
        return decimals == 0 ? whole : whole / Self.powers[decimals]
    }

    /// The powers of ten that at most 15 decimals are divided by.
    private static let powers: InlineArray<16, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Adds digits to `mantissa` from `start` on; the index after them.
    @inline(__always)
    private static func digits(
        _ record: borrowing Span<UInt8>,
        _ start: Int,
        _ end: Int,
        _ mantissa: inout UInt64
    ) -> Int {
        var index = start
        while index < end {
            let digit = record[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index &+= 1
        }
        return index
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
        guard index == end || record[index] == separator else { throw .strayQuote }
        hasNext = index < end
        index += 1
        return hasDoubled ? nil : field
    }
}
