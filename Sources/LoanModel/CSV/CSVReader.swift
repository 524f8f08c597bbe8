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
package struct CSVReader: Sendable {
    private let schema: LoanSchema
    private let labels: LabelRule
    private let limits: CSVLimits
    private var records: CSVRecordReader
    private var layout: CSVLayout?
    private var columns: CSVColumns

    /// Begins a file.
    /// - Parameters:
    ///   - schema: the features to find.
    ///   - labels: whether the label column must be there.
    ///   - limits: what the file may ask of us.
    package init(schema: LoanSchema, labels: LabelRule, limits: CSVLimits = CSVLimits()) {
        self.schema = schema
        self.labels = labels
        self.limits = limits
        records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
        columns = CSVColumns(schema: schema, labels: labels)
    }

    /// Rows read since the last `takeRows()`.
    package var rowCount: Int { columns.rowCount }

    /// Whether the header was read, and so the columns are known to be there.
    package var hasHeader: Bool { layout != nil }

    /// Reads the next bytes of the file.
    /// - Throws: `CSVError` that names the row and the column.
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        try read { (records, body) throws(CSVError) in try records.append(chunk, body) }
    }

    /// The rows read since the last call; they leave the reader.
    package mutating func takeRows() -> Table { columns.take() }

    /// Ends the file, whose last line need not end with a line feed.
    /// - Returns: the rows read since the last `takeRows()`.
    /// - Throws: `CSVError`; `.empty` if there was not even a header.
    package mutating func finish() throws(CSVError) -> Table {
        try read { (records, body) throws(CSVError) in try records.finish(body) }
        guard layout != nil else { throw .empty }
        return takeRows()
    }

    /// Reads a whole file that is in memory.
    /// - Throws: `CSVError` that names the row and the column.
    package static func table(
        _ bytes: [UInt8],
        schema: LoanSchema,
        labels: LabelRule,
        limits: CSVLimits = CSVLimits()
    ) throws(CSVError) -> Table {
        var reader = CSVReader(schema: schema, labels: labels, limits: limits)
        try reader.append(bytes.span)
        return try reader.finish()
    }

    private typealias Step = (inout CSVRecordReader, CSVRecordReader.Body) throws(CSVError) -> Void

    private mutating func read(_ step: Step) throws(CSVError) {
        // The record reader is moved out while its records change the rest of `self`.
        var records = records
        self.records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
        try step(&records) { (record, range, position) throws(CSVError) in
            if layout == nil {
                layout = try header(record, range)
            } else {
                try row(record, range, position)
            }
        }
        self.records = records
    }

    private func header(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(CSVError) -> CSVLayout {
        let position = CSVPosition(row: 0, line: 1)
        let names = try CSVHeader.names(record, range, position, limits.columnCountMax)
        return try CSVLayout(names: names, schema: schema, labels: labels)
    }

    private mutating func row(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        guard let layout else { return }
        guard columns.rowCount < limits.rowCountMax else {
            throw .tooManyRows(limit: limits.rowCountMax)
        }
        var found = 0
        do throws(CSVError) {
            found = try cells(record, range, position, layout)
        } catch {
            // Where fields are too many or too few, a cell is likely in the wrong column: say that.
            found = try CSVHeader.fieldCount(record, range, position)
            if found == layout.targets.count { throw error }
        }
        guard found == layout.targets.count else {
            throw .fieldCount(position, expected: layout.targets.count, found: found)
        }
        columns.endRow()
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
        var cursor = CSVFieldCursor(range)
        while cursor.hasNext {
            if cursor.count < targets.count, case .number(let feature) = targets[cursor.count],
                let number = cursor.nextPlainNumber(record)
            {
                columns.append(number, to: feature)
                continue
            }
            let field = try CSVHeader.next(&cursor, record, position)
            guard cursor.count <= targets.count else { continue }
            let target = targets[cursor.count - 1]
            if let field {
                try columns.append(record, field, to: target, at: position)
            } else {
                let content = cursor.unquoted
                try columns.append(content.span, 0..<content.count, to: target, at: position)
            }
        }
        return cursor.count
    }
}
