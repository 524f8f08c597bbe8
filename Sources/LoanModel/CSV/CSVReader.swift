// SPDX-License-Identifier: Apache-2.0

// A streaming reader of tables in CSV (RFC 4180, UTF-8). Bytes come in chunks of any size; cells go
// straight to their columns. Columns are found by name, in any order; others are passed over.
//
// Memory: the rows since the last `takeRows()`, plus one record.

/// Reads applications from CSV bytes, chunk by chunk.
///
/// ```swift
/// var reader = CSVReader(schema: .creditRisk, labels: .ignored)
/// while let chunk = … {
///     try reader.append(chunk.span)
///     if reader.rowCount >= batch { score(reader.takeRows()) }
/// }
/// score(try reader.finish())
/// ```
/// After an error the reader is of no further use.
package struct CSVReader: CSVRecordConsumer, BlockReadable {
    private let schema: TableSchema
    private let labels: LabelRule
    private let marks: MarkedColumns
    private let header: HeaderRule
    private let limits: CSVLimits
    private var dialect = CSVDialect.standard
    var records: CSVRecordReader
    private var layout: CSVLayout?
    /// The columns of the header; none while it is not read, or where there is none.
    package private(set) var foundNames: [String] = []
    /// Whether the first record was a row.
    private var beganWithRow = false
    private var columns: CSVColumns

    /// Begins a file.
    /// - Parameters:
    ///   - schema: the features to find.
    ///   - labels: whether the label column must be there.
    ///   - marks: the columns that say more of rows.
    ///   - limits: what the file may ask of us.
    ///   - dialect: how it is written.
    package init(
        schema: TableSchema,
        labels: LabelRule,
        marks: MarkedColumns = MarkedColumns(),
        limits: CSVLimits = CSVLimits(),
        dialect: CSVDialect = .standard
    ) {
        self.dialect = dialect
        self.schema = schema
        self.labels = labels
        self.marks = marks
        self.limits = limits
        header = .required
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
        columns = CSVColumns(schema: schema, labels: labels, marks: marks)
    }

    /// Begins a file that a model is to score: its rows are taken by `takeApplications()`.
    /// - Parameters:
    ///   - schema: the features to find.
    ///   - vocabularies: what the model knows of each feature; nothing of a number.
    ///   - header: whether the columns must be named.
    ///   - limits: what the file may ask of us.
    ///   - dialect: how it is written.
    package init(
        schema: TableSchema,
        vocabularies: [CategoryVocabulary],
        header: HeaderRule = .required,
        limits: CSVLimits = CSVLimits(),
        dialect: CSVDialect = .standard
    ) {
        precondition(vocabularies.count == schema.features.count, "one for each feature")
        self.dialect = dialect
        self.schema = schema
        labels = .ignored
        marks = MarkedColumns()
        self.limits = limits
        self.header = header
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
        columns = CSVColumns(schema: schema, labels: .ignored, vocabularies: vocabularies)
    }

    /// Rows read since the last `takeRows()`.
    package var rowCount: Int { columns.rowCount }

    /// Rows that were left out, since they have no label.
    package var unlabeledCount: Int { columns.unlabeledCount }

    /// Whether the header was read, and so the columns are known to be there.
    package var hasHeader: Bool { layout != nil }

    /// Reads the next bytes of the file.
    /// - Throws: `CSVError` that names the row and the column.
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        try takeRecords(of: chunk)
    }

    /// What blocks of rows are read with.
    package var blockReader: CSVBlockReader? {
        guard let layout, header == .required, records.isBetweenRecords else { return nil }
        return columns.blockReader(layout, dialect, recordBytesMax: limits.recordBytesMax)
    }

    /// Takes over rows that were read elsewhere.
    package mutating func take(_ piece: CSVPiece) -> Bool {
        let count = piece.rowCount + piece.unlabeledCount
        guard records.isBetweenRecords, columns.rowCount + count <= limits.rowCountMax,
            columns.take(piece)
        else { return false }
        records.skip(count)
        return true
    }

    /// The rows read since the last call; they leave the reader.
    package mutating func takeRows() -> Table { columns.take() }

    /// The rows read since the last call, coded for the model; they leave the reader.
    package mutating func takeApplications() -> CodedApplications { columns.takeApplications() }

    /// Ends the file, whose last line need not end with a line feed.
    /// - Returns: the rows read since the last `takeRows()`.
    /// - Throws: `CSVError`; `.empty` if there was not even a header.
    package mutating func finish() throws(CSVError) -> Table {
        try readLast()
        return takeRows()
    }

    /// Ends a file that a model is to score, likewise.
    package mutating func finishApplications() throws(CSVError) -> CodedApplications {
        try readLast()
        return takeApplications()
    }

    private mutating func readLast() throws(CSVError) {
        try takeLastRecord()
        guard layout != nil else { throw .empty }
    }

    /// Reads a whole file that is in memory.
    /// - Throws: `CSVError` that names the row and the column.
    package static func table(
        _ bytes: [UInt8],
        schema: TableSchema,
        labels: LabelRule,
        limits: CSVLimits = CSVLimits()
    ) throws(CSVError) -> Table {
        var reader = CSVReader(schema: schema, labels: labels, limits: limits)
        try reader.append(bytes.span)
        return try reader.finish()
    }

    mutating func take(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        if layout == nil {
            try opening(record, range, position)
        } else {
            try row(record, range, position)
        }
    }

    /// Reads the first record: the header, or a row where there may be none.
    private mutating func opening(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        dialect = dialect.settled(by: record, range)
        let names = try CSVHeader.names(
            record,
            range,
            position,
            limits.columnCountMax,
            dialect
        )
        let features = schema.features.map(\.name)
        guard header == .optional, !names.contains(where: features.contains) else {
            foundNames = names
            let layout = try CSVLayout(names: names, schema: schema, labels: labels, marks: marks)
            columns.marked = layout.marked
            self.layout = layout
            return
        }
        try CSVHeader.checkIsRow(names, features, position)
        layout = CSVLayout(withoutHeader: schema)
        beganWithRow = true
        do throws(CSVError) {
            try row(record, range, position)
        } catch .notANumber(let position, let column) {
            throw .neitherHeaderNorRow(position, column: column)
        }
    }

    private mutating func row(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ place: CSVPosition
    ) throws(CSVError) {
        guard let layout else { return }
        // Records count from 0 there, which is the header where there is one.
        let position = CSVPosition(row: place.row + (beganWithRow ? 1 : 0), line: place.line)
        guard columns.rowCount < limits.rowCountMax else {
            throw .tooManyRows(limit: limits.rowCountMax)
        }
        var found = 0
        do throws(CSVError) {
            found = try cells(record, range, position, layout)
        } catch {
            // Where fields are too many or too few, a cell is likely in the wrong column: say that.
            found = try CSVHeader.fieldCount(record, range, position, dialect)
            if found == layout.targets.count { throw error }
        }
        guard found == layout.targets.count else {
            throw .fieldCount(position, expected: layout.targets.count, found: found)
        }
        columns.endRow()
    }

    /// Whether the cells of a column are numbers, which may have a decimal comma.
    private func isNumber(_ target: CSVLayout.Target) -> Bool {
        switch target {
        case .number, .weight: true
        case .label: !schema.labelValues.areClasses
        case .marked(let place):
            columns.marked[place].marks.contains(.time) || isNumber(columns.marked[place].target)
        case .skip, .boolean, .date, .category: false
        }
    }

    /// Appends the cells of one record and counts its fields.
    @inline(__always)
    private mutating func cells(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition,
        _ layout: CSVLayout
    ) throws(CSVError) -> Int {
        let targets = layout.targets.span
        var cursor = CSVFieldCursor(range, dialect)
        while cursor.hasNext {
            if cursor.count < targets.count, case .number(let feature) = targets[cursor.count],
                let number = cursor.nextPlainNumber(record)
            {
                columns.append(Float(number), to: feature)
                continue
            }
            let field = try CSVHeader.next(&cursor, record, position)
            guard cursor.count <= targets.count else { continue }
            let target = targets[cursor.count - 1]
            if dialect.decimalMark == UInt8(ascii: ","), isNumber(target) {
                let content = dialect.withPoint(cursor.content(record))
                try columns.append(content.span, 0..<content.count, to: target, at: position)
            } else if let field {
                try columns.append(record, field, to: target, at: position)
            } else {
                let content = cursor.unquoted
                try columns.append(content.span, 0..<content.count, to: target, at: position)
            }
        }
        return cursor.count
    }
}
