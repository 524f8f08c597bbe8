// SPDX-License-Identifier: Apache-2.0

/// Reads a matrix of numbers from CSV bytes, chunk by chunk, with or without a header.
///
/// Where the names of the columns are known, a first record that names one of them is a header: it
/// must name all of them, in any order and among others, which are passed over. Otherwise it is a
/// row.
///
/// Where they are not, a first record that holds text and no number is a header, and so are the
/// column numbers `0,1,2,…` that pandas' `to_csv(index=False)` writes. A single column that begins
/// with `0` could be either; the expected number of rows decides.
package struct CSVMatrixReader: CSVRecordConsumer, Sendable {
    private let limits: CSVLimits
    private let names: [String]?
    var records: CSVRecordReader
    /// One per column, once the first record was read.
    private var columns: [[Float]]?
    /// For each field of a record the column that it goes to; nil is passed over.
    private var targets: [Int?] = []
    private var isZeroFirst = false
    /// Whether the first record was a row.
    private var beganWithRow = false

    /// Begins a file.
    /// - Parameter names: the names of the columns, in the order in which they are wanted.
    package init(names: [String]? = nil, limits: CSVLimits = CSVLimits()) {
        self.limits = limits
        self.names = names
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
    }

    /// Reads the next bytes of the file.
    /// - Throws: `CSVError` that names row and column; the first column is called "0".
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        try takeRecords(of: chunk)
    }

    /// Ends the file.
    /// - Parameter expectedRows: the number of rows, if it is known.
    /// - Throws: `CSVError`; `.empty` if there is not even a first record.
    package consuming func finish(expectedRows: Int? = nil) throws(CSVError) -> FloatMatrix {
        try takeLastRecord()
        guard var columns else { throw .empty }
        var rows = columns.first?.count ?? 0
        if isZeroFirst, rows != expectedRows {
            columns[0].removeFirst()
            rows -= 1
        }
        return FloatMatrix(rows: rows, columns: columns.count, values: Array(columns.joined()))
    }

    mutating func take(
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
        let found = try CSVHeader.names(record, range, position, limits.columnCountMax)
        let isHeader =
            if let names {
                try named(found, names, position)
            } else {
                unnamed(found)
            }
        guard !isHeader else { return }
        beganWithRow = true
        do throws(CSVError) {
            try cells(record, range, position)
        } catch .notANumber(let position, let column) where names != nil {
            throw .neitherHeaderNorRow(position, column: column)
        }
    }

    /// Prepares for columns whose names are known; whether the record is their header.
    private mutating func named(
        _ found: [String],
        _ names: [String],
        _ position: CSVPosition
    ) throws(CSVError) -> Bool {
        columns = Array(repeating: [], count: names.count)
        guard found.contains(where: names.contains) else {
            try CSVHeader.checkIsRow(found, names, position)
            targets = names.indices.map { $0 }
            return false
        }
        targets = found.map { name in names.firstIndex(of: name) }
        for (index, name) in names.enumerated() {
            let count = targets.count { $0 == index }
            if count == 0 { throw .missingColumn(name) }
            if count > 1 { throw .duplicateColumn(name) }
        }
        return true
    }

    /// Prepares for columns of any names; whether the record is a header.
    private mutating func unnamed(_ found: [String]) -> Bool {
        columns = Array(repeating: [], count: found.count)
        targets = found.indices.map { $0 }
        isZeroFirst = found == ["0"]
        if found.count > 1, found == found.indices.map(String.init) { return true }
        var (texts, numbers) = (0, 0)
        for name in found {
            let bytes = Array(name.utf8)
            if MissingMarker.matches(bytes.span, 0..<bytes.count) { continue }
            if NumberText.read(name) == .invalid { texts += 1 } else { numbers += 1 }
        }
        return texts > 0 && numbers == 0
    }

    private mutating func cells(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ place: CSVPosition
    ) throws(CSVError) {
        // Records count from 0 there, which is the header where there is one.
        let position = CSVPosition(row: place.row + (beganWithRow ? 1 : 0), line: place.line)
        guard columns?.first?.count ?? 0 < limits.rowCountMax else {
            throw .tooManyRows(limit: limits.rowCountMax)
        }
        var cursor = CSVFieldCursor(range)
        while cursor.hasNext {
            let field = cursor.count
            guard field < targets.count, let column = targets[field] else {
                _ = try CSVHeader.next(&cursor, record, position)
                continue
            }
            let value = try number(&cursor, record, position, name: names?[column])
            columns?[column].append(value)
        }
        guard cursor.count == targets.count else {
            throw .fieldCount(position, expected: targets.count, found: cursor.count)
        }
    }

    private func number(
        _ cursor: inout CSVFieldCursor,
        _ record: borrowing Span<UInt8>,
        _ position: CSVPosition,
        name: String?
    ) throws(CSVError) -> Float {
        if let value = cursor.nextPlainNumber(record) { return Float(value) }
        let column = name ?? String(cursor.count)
        guard let field = try CSVHeader.next(&cursor, record, position) else {
            throw .notANumber(position, column: column)
        }
        return try CSVNumber.read(record, field, column, position)
    }
}
