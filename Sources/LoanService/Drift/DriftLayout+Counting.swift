// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

// One row takes a comparison with all edges at once for each number. A batch takes a loop over
// vectors for each edge: the rows above it are counted, and bins are the differences.

extension DriftLayout {
    /// Batches from this size are counted column after column.
    static let batchRowCountMin = 16

    /// The cells of one row.
    /// - Parameters:
    ///   - numbers: shape (numbers, rowCount), column after column; likewise `codes`.
    ///   - score: its prediction; nil where it is not counted.
    func cells(
        ofRow row: Int,
        numbers values: Span<Float>,
        codes bytes: Span<UInt8>,
        rowCount: Int,
        score: Float?
    ) -> DriftRow {
        var cells = DriftRow()
        for index in numbers.indices {
            let column = numbers[index]
            cells.append(column.cell(of: values[column.place * rowCount + row]))
        }
        for index in codes.indices {
            let column = codes[index]
            let code = Int(bytes[column.place * rowCount + row])
            cells.append(Int(cellsOfCodes[column.start + code]))
        }
        for index in categoryNumbers.indices {
            let column = categoryNumbers[index]
            cells.append(cell(of: values[column.place * rowCount + row], column))
        }
        if let score, let scoreNumbers { cells.append(scoreNumbers.cell(of: score)) }
        return cells
    }

    /// The cell of a prediction alone.
    func cells(ofScore score: Float) -> DriftRow {
        var cells = DriftRow()
        if let scoreNumbers { cells.append(scoreNumbers.cell(of: score)) }
        return cells
    }

    /// Counts a column of numbers.
    func count(_ values: Span<Float>, _ column: NumberColumn, into cells: inout DriftCells) {
        let missing = Self.missingCount(values)
        cells[column.missing] &+= UInt64(missing)
        var above = values.count - missing
        for edge in 0..<column.edgeCount {
            let rest = Self.count(values, above: column.edges[edge])
            cells[column.first + edge] &+= UInt64(above - rest)
            above = rest
        }
        cells[column.first + column.edgeCount] &+= UInt64(above)
    }

    /// Counts a column of codes.
    func count(_ bytes: Span<UInt8>, _ column: CategoryColumn, into cells: inout DriftCells) {
        guard column.categoryCount <= Self.comparedCategoriesMax else {
            return countByTable(bytes, column, into: &cells)
        }
        var unseen = bytes.count
        for code in 0..<column.categoryCount {
            let count = Self.count(bytes, equalTo: UInt8(code))
            cells[Int(cellsOfCodes[column.start + code])] &+= UInt64(count)
            unseen -= count
        }
        let missing = Self.count(bytes, equalTo: CategoryVocabulary.missing)
        cells[column.missing] &+= UInt64(missing)
        cells[column.unseen] &+= UInt64(unseen - missing)
    }

    /// Of more categories a table of all codes costs less than a loop for each.
    private static let comparedCategoriesMax = 16

    private func countByTable(
        _ bytes: Span<UInt8>,
        _ column: CategoryColumn,
        into cells: inout DriftCells
    ) {
        var counts = InlineArray<256, UInt32>(repeating: 0)
        for row in bytes.indices { counts[Int(bytes[row])] &+= 1 }
        for code in 0..<256 {
            cells[Int(cellsOfCodes[column.start + code])] &+= UInt64(counts[code])
        }
    }

    /// Counts a column of numbers that stand for categories.
    func count(
        categories values: Span<Float>,
        _ column: CategoryColumn,
        into cells: inout DriftCells
    ) {
        for row in values.indices { cells[cell(of: values[row], column)] &+= 1 }
    }

    /// The cell of a number that stands for a category.
    func cell(of value: Float, _ column: CategoryColumn) -> Int {
        guard !value.isNaN else {
            return CategoryVocabulary.isUnknown(value) ? column.unseen : column.missing
        }
        // A number that is no code is none of the model's categories.
        guard value >= 0, value < Float(column.categoryCount) else { return column.unseen }
        return Int(cellsOfCodes[column.start + Int(value)])
    }

    // Apart, and with `if`, so that each loop becomes one over vectors.
    @inline(never)
    private static func count(_ values: Span<Float>, above edge: Float) -> Int {
        var count: Int32 = 0
        for index in values.indices { if values[index] > edge { count &+= 1 } }
        return Int(count)
    }

    @inline(never)
    private static func missingCount(_ values: Span<Float>) -> Int {
        var count: Int32 = 0
        for index in values.indices { if values[index].isNaN { count &+= 1 } }
        return Int(count)
    }

    @inline(never)
    private static func count(_ bytes: Span<UInt8>, equalTo code: UInt8) -> Int {
        var (count, start) = (0, 0)
        while start < bytes.count {
            let part = bytes.extracting(start..<min(bytes.count, start + Int(UInt8.max)))
            // Of bytes, too, and no more of them than it can count.
            var found: UInt8 = 0
            for index in part.indices { if part[index] == code { found &+= 1 } }
            count += Int(found)
            start += part.count
        }
        return count
    }
}

extension DriftLayout.NumberColumn {
    /// The cell of a value: past the bins of all edges below it.
    @inline(__always)
    func cell(of value: Float) -> Int {
        guard !value.isNaN else { return missing }
        let isAbove = SIMD16<Float>(repeating: value) .> edges
        let passed = SIMD16<Int32>(repeating: 0).replacing(with: 1, where: isAbove)
        return first + Int(passed.wrappedSum())
    }
}
