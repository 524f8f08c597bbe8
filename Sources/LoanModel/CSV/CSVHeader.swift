// SPDX-License-Identifier: Apache-2.0

/// The first record of a file as names.
enum CSVHeader {
    /// The fields of a record as text, without blanks around them.
    static func names(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition,
        _ countMax: Int,
        _ dialect: CSVDialect = .standard
    ) throws(CSVError) -> [String] {
        var names: [String] = []
        var cursor = CSVFieldCursor(range, dialect)
        while cursor.hasNext {
            let field = try next(&cursor, record, position)
            guard names.count < countMax else { throw .tooManyColumns(limit: countMax) }
            let bytes = field.map { range in range.map { record[$0] } } ?? cursor.unquoted
            let name = bytes[Blank.trimmed(bytes.span, 0..<bytes.count)]
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }

    /// Refuses a header whose names are not UTF-8, and so not what people see.
    static func checkIsUTF8(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = range.map { record[$0] }.makeIterator()
        var readCount = 0
        while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let scalar): readCount += scalar.count
            case .emptyInput: return
            case .error: throw .headerNotUTF8(position, byte: readCount + 1)
            }
        }
    }

    /// Refuses a first record that names no feature and still looks like a header: the numbers of
    /// the columns, as pandas writes them, or names in another case.
    static func checkIsRow(
        _ names: [String],
        _ features: [String],
        _ position: CSVPosition
    ) throws(CSVError) {
        guard names.count == 1 || names != names.indices.map(String.init) else {
            throw .numberedHeader(position)
        }
        for name in names {
            guard let feature = features.first(where: { $0 == name.lowercased() }) else { continue }
            throw .nameInOtherCase(position, found: name, feature: feature)
        }
    }

    /// Number of fields of a record.
    static func fieldCount(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition,
        _ dialect: CSVDialect = .standard
    ) throws(CSVError) -> Int {
        var cursor = CSVFieldCursor(range, dialect)
        while cursor.hasNext { _ = try next(&cursor, record, position) }
        return cursor.count
    }

    /// The next field; an error has its place.
    @inline(__always)
    static func next(
        _ cursor: inout CSVFieldCursor,
        _ record: borrowing Span<UInt8>,
        _ position: CSVPosition
    ) throws(CSVError) -> Range<Int>? {
        do throws(CSVFieldCursor.Failure) {
            return try cursor.next(record)
        } catch {
            switch error {
            case .strayQuote: throw .strayQuote(position, field: cursor.count)
            case .strayCarriageReturn: throw .strayCarriageReturn(position, field: cursor.count)
            case .unclosedQuote: throw .unclosedQuote(position)
            }
        }
    }
}
