// SPDX-License-Identifier: Apache-2.0

/// Reads a matrix of numbers from CSV bytes, chunk by chunk, with or without a header.
///
/// A first record that holds anything but numbers is a header, and so are the column numbers
/// `0,1,2,…` that pandas' `to_csv(index=False)` writes. A single column that begins with `0` could
/// be either; the number of rows that is expected tells.
package struct CSVMatrixReader: Sendable {
    private let limits: CSVLimits
    private var records: CSVRecordReader
    /// One per column, once the first record was read.
    private var columns: [[Float]]?
    private var isZeroFirst = false

    /// Begins a file.
    package init(limits: CSVLimits = CSVLimits()) {
        self.limits = limits
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
    }

    /// Reads the next bytes of the file.
    /// - Throws: `CSVError` that names row and column; the first column is called "0".
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        var records = records
        try records.append(chunk) { (record, range, position) throws(CSVError) in
            try row(record, range, position)
        }
        self.records = records
    }

    /// Ends the file.
    /// - Parameter expectedRows: the number of rows, if it is known.
    /// - Throws: `CSVError`; `.empty` if there is not even a first record.
    package consuming func finish(expectedRows: Int? = nil) throws(CSVError) -> FloatMatrix {
        var records = records
        try records.finish { (record, range, position) throws(CSVError) in
            try row(record, range, position)
        }
        guard var columns else { throw .empty }
        var rows = columns.first?.count ?? 0
        if isZeroFirst, rows != expectedRows {
            columns[0].removeFirst()
            rows -= 1
        }
        return FloatMatrix(rows: rows, columns: columns.count, values: Array(columns.joined()))
    }

    private mutating func row(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        guard columns != nil else {
            try first(record, range, position)
            return
        }
        try cells(record, range, position)
    }

    private mutating func first(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        let names = try CSVHeader.names(record, range, position, limits.columnCountMax)
        columns = Array(repeating: [], count: names.count)
        isZeroFirst = names == ["0"]
        let isNumbered = names.count > 1 && names == names.indices.map(String.init)
        let isHeader = names.contains { name in
            let bytes = Array(name.utf8)
            let isMissing = MissingMarker.matches(bytes.span, 0..<bytes.count)
            return !isMissing && DecimalParser.parse(bytes.span, 0..<bytes.count) == .invalid
        }
        guard !isHeader, !isNumbered else { return }
        try cells(record, range, position)
    }

    private mutating func cells(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        guard let width = columns?.count else { return }
        guard columns?.first?.count ?? 0 < limits.rowCountMax else {
            throw .tooManyRows(limit: limits.rowCountMax)
        }
        var cursor = CSVFieldCursor(range)
        while cursor.hasNext {
            let column = cursor.count
            let value = try number(&cursor, record, position)
            if column < width { columns?[column].append(value) }
        }
        guard cursor.count == width else {
            throw .fieldCount(position, expected: width, found: cursor.count)
        }
    }

    private func number(
        _ cursor: inout CSVFieldCursor,
        _ record: borrowing Span<UInt8>,
        _ position: CSVPosition
    ) throws(CSVError) -> Float {
        if let value = cursor.nextPlainNumber(record) { return value }
        let column = String(cursor.count)
        guard let field = try CSVHeader.next(&cursor, record, position) else {
            throw .notANumber(position, column: column)
        }
        return try CSVNumber.read(record, field, column, position)
    }
}
