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

    /// Begins a block.
    /// - Parameter known: the column before it.
    init(_ known: ColumnSurvey, rowCount: Int) {
        counts = CellCounts(hasManyNumbers: known.hasManyNumbers)
        cells.reserveCapacity(rowCount)
    }

    /// Counts a cell that is a number.
    @inline(__always)
    mutating func add(_ number: Double) {
        counts.add(number)
        cells.append(Float(number))
    }

    /// Counts the next cell, by what was known of the column.
    @inline(__always)
    mutating func add(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ known: borrowing ColumnSurvey
    ) {
        let range = Blank.trimmed(text, range)
        if range.isEmpty {
            counts.missingCount += 1
            cells.append(.nan)
        } else if let (code, reading) = known.find(text, range) {
            counts.add(reading)
            cells.append(Float(code))
        } else {
            addUnknown(text, range, isFull: known.isFull)
        }
    }

    @inline(never)
    private mutating func addUnknown(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        isFull: Bool
    ) {
        if let index = added?.builder.find(text, range), let reading = added?.readings[index] {
            counts.add(reading)
            newTexts.append((cells.count, index))
            cells.append(.nan)
        } else if MissingMarker.matches(text, range) {
            counts.missingCount += 1
            cells.append(.nan)
        } else if case .number(let number) = DecimalNumber.double(text, range) {
            add(number)
        } else {
            addText(text, range, isFull: isFull)
        }
    }

    private mutating func addText(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        isFull: Bool
    ) {
        let reading = TextReading(text, range)
        counts.add(reading)
        do throws(CategoryBuilder.Failure) {
            // In the order in which a full builder finds them.
            guard range.count <= TableLimits.categoryBytesMax else { throw .tooLong }
            guard !isFull else { throw .tooMany }
            if added == nil { added = NewTexts() }
            if let index = try added?.append(text, range, reading) {
                newTexts.append((cells.count, index))
            }
        } catch {
            counts.count(error)
        }
        cells.append(.nan)
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
