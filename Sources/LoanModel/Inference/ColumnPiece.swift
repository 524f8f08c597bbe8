// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// What the cells of one column are in a block of rows.
struct ColumnPiece: Sendable {
    private(set) var counts: CellCounts
    /// Each cell: a number, the code of a text that was known, or NaN.
    private(set) var cells: [Float] = []
    /// The texts that were not known.
    private(set) var added: NewTexts?
    /// The rows of these, and which of them they have.
    private(set) var newTexts: [(row: Int, text: Int)] = []

    /// Looks at a column of a block.
    /// - Parameter known: the column before it.
    init(_ block: CSVBlock, _ column: Int, _ known: ColumnSurvey, _ dialect: CSVDialect) {
        counts = CellCounts(hasManyNumbers: known.hasManyNumbers)
        cells = [Float](capacity: block.rowCount) { cells in
            block.forEachCell(of: column) { text, range in
                if let number = PlainNumber.read(text, range, mark: dialect.decimalMark) {
                    counts.add(number)
                    cells.append(Float(number))
                } else if dialect.decimalMark == UInt8(ascii: ",") {
                    let content = range.map { text[$0] }
                    let number = dialect.withPoint(content)
                    let cell = CSVDialect.isNumber(number) ? number : content
                    cells.append(add(cell.span, 0..<cell.count, known, row: cells.count))
                } else {
                    cells.append(add(text, range, known, row: cells.count))
                }
            }
        }
    }

    /// Counts the next cell, by what was known of the column.
    @inline(__always)
    private mutating func add(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ known: borrowing ColumnSurvey,
        row: Int
    ) -> Float {
        let range = Blank.trimmed(text, range)
        if range.isEmpty {
            counts.missingCount += 1
            return .nan
        }
        if let (code, reading) = known.find(text, range) {
            counts.add(reading)
            return Float(code)
        }
        return addUnknown(text, range, isFull: known.isFull, row: row)
    }

    @inline(never)
    private mutating func addUnknown(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        isFull: Bool,
        row: Int
    ) -> Float {
        if let index = added?.builder.find(text, range), let reading = added?.readings[index] {
            counts.add(reading)
            newTexts.append((row, index))
        } else if MissingMarker.matches(text, range) {
            counts.missingCount += 1
        } else if case .number(let number) = DecimalNumber.double(text, range) {
            counts.add(number)
            return Float(number)
        } else {
            addText(text, range, isFull: isFull, row: row)
        }
        return .nan
    }

    private mutating func addText(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        isFull: Bool,
        row: Int
    ) {
        let reading = TextReading(text, range)
        counts.add(reading)
        do throws(CategoryBuilder.Failure) {
            // In the order in which a full builder finds them.
            guard range.count <= TableLimits.categoryBytesMax else { throw .tooLong }
            guard !isFull else { throw .tooMany }
            if added == nil { added = NewTexts() }
            if let index = try added?.append(text, range, reading) {
                newTexts.append((row, index))
            }
        } catch {
            counts.count(error)
        }
    }
}

/// Texts of a column that occur in a block, and not before.
struct NewTexts: Sendable {
    /// In the order in which they first occur.
    fileprivate(set) var builder = CategoryBuilder(countMax: Int(UInt16.max))
    fileprivate(set) var readings: [TextReading] = []

    /// Number of texts.
    var count: Int { builder.count }

    fileprivate mutating func append(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ reading: TextReading
    ) throws(CategoryBuilder.Failure) -> Int {
        let code = try builder.code(of: text, range)
        readings.append(reading)
        return Int(code)
    }
}

extension CategoryBuilder {
    /// The code of a new text of a block; nil where there is no room.
    mutating func adopt(_ index: Int, of texts: NewTexts) -> (code: UInt16, isNew: Bool)? {
        adopt(index, of: texts.builder)
    }
}
