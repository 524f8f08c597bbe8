// SPDX-License-Identifier: Apache-2.0

// Reads a table once, all rows and all columns, and keeps counts of each column, its different
// texts up to a limit, and some rows: every row at first, then every second, every fourth, as the
// room for them fills.
//
// Memory: 64 MiB of rows, and the different texts: 8 million in all, of 128 bytes at most.

/// Looks at every cell of a table to learn what its columns are.
package struct SchemaSurvey: CSVRecordConsumer, BlockReadable {
    /// Cells that are kept of some rows.
    private static let sampledCellsMax = 1 << 24
    /// Rows that are kept at most.
    private static let sampledRowsMax = 1 << 15
    /// Different texts that are told apart, of all columns together.
    private static let textsMax = 8_000_000

    private let limits: CSVLimits
    private var dialect: CSVDialect
    var records: CSVRecordReader
    private(set) var columns: [ColumnSurvey] = []
    private var isBegun = false
    private(set) var rowCount = 0
    /// The kept rows, column by column.
    private(set) var sample: [[Float]] = []
    private var sampledRowsMax = 0
    private var stride = 1

    /// Begins a table.
    /// - Parameters:
    ///   - dialect: how it is written.
    ///   - limits: what it may ask of us.
    package init(dialect: CSVDialect = CSVDialect(), limits: CSVLimits = CSVLimits()) {
        self.dialect = dialect
        self.limits = limits
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
    }

    /// Bytes that are kept: they grow with the different texts and the kept rows, up to a limit.
    package var byteCount: Int {
        let cells = sample.reduce(0) { $0 + $1.capacity }
        return columns.reduce(cells * MemoryLayout<Float>.size) { $0 + $1.byteCount }
    }

    /// Reads the next bytes of the table.
    /// - Throws: `CSVError` that names the row and the column.
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        try takeRecords(of: chunk)
    }

    /// What blocks of rows are looked at with.
    package var blockReader: SurveyBlockReader? {
        guard isBegun, records.isBetweenRecords else { return nil }
        return SurveyBlockReader(
            columns: columns,
            dialect: dialect,
            recordBytesMax: limits.recordBytesMax
        )
    }

    /// Takes over rows that were looked at elsewhere.
    package mutating func take(_ piece: SurveyBlockReader.Piece) -> Bool {
        guard records.isBetweenRecords,
            columns.indices.allSatisfy({ columns[$0].fits(piece.columns[$0]) })
        else { return false }
        let newCells = columns.indices.map { columns[$0].take(piece.columns[$0]) }
        for row in 0..<piece.rowCount {
            if rowCount.isMultiple(of: stride) {
                keep(
                    columns.indices.map { place in
                        let new = newCells[place].isEmpty ? nil : newCells[place][row]
                        return new ?? piece.columns[place].cells[row]
                    }
                )
            }
            rowCount += 1
        }
        records.skip(piece.rowCount)
        return true
    }

    /// Ends the table.
    /// - Throws: `CSVError`; `.empty` if there was not even a header.
    package mutating func finish() throws(CSVError) {
        try takeLastRecord()
        guard isBegun else { throw .empty }
    }

    mutating func take(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        if isBegun {
            try row(record, range, position)
        } else {
            try header(record, range, position)
        }
    }

    private mutating func header(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        try CSVHeader.checkIsUTF8(record, range, position)
        dialect = dialect.settled(by: record, range)
        let names = try CSVHeader.names(record, range, position, limits.columnCountMax, dialect)
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted && !name.isEmpty {
            throw .duplicateColumn(name)
        }
        let textsMax = min(TableLimits.categoryCountMax, Self.textsMax / names.count)
        columns = names.map { ColumnSurvey($0, textsMax: textsMax) }
        sample = Array(repeating: [], count: names.count)
        sampledRowsMax = min(Self.sampledRowsMax, Self.sampledCellsMax / names.count)
        isBegun = true
    }

    private mutating func row(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        var cursor = CSVFieldCursor(range, dialect)
        while cursor.hasNext {
            let place = cursor.count
            guard place < columns.count else {
                _ = try CSVHeader.next(&cursor, record, position)
                continue
            }
            if let number = cursor.nextPlainNumber(record) {
                columns[place].add(number)
            } else if let field = try CSVHeader.next(&cursor, record, position),
                dialect.decimalMark != UInt8(ascii: ",")
            {
                columns[place].add(record, field)
            } else {
                let content = cursor.content(record)
                let number = dialect.withPoint(content)
                if CSVDialect.isNumber(number) {
                    columns[place].add(number.span, 0..<number.count)
                } else {
                    columns[place].add(content.span, 0..<content.count)
                }
            }
        }
        guard cursor.count == columns.count else {
            throw .fieldCount(position, expected: columns.count, found: cursor.count)
        }
        if rowCount.isMultiple(of: stride) { keep(columns.map(\.lastCell)) }
        rowCount += 1
    }

    private mutating func keep(_ cells: [Float]) {
        for place in sample.indices { sample[place].append(cells[place]) }
        guard sample[0].count == sampledRowsMax else { return }
        stride *= 2
        for place in sample.indices {
            sample[place] = sample[place].indices.filter { $0.isMultiple(of: 2) }
                .map { sample[place][$0] }
        }
    }
}
