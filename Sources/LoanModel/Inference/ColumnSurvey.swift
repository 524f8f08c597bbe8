// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// What the cells of one column are, counted while a table is read.
@dynamicMemberLookup
struct ColumnSurvey: Sendable {
    /// Name of the column.
    let name: String
    private var counts = CellCounts()
    private var builder: CategoryBuilder
    /// What each of the texts could be.
    private var readings: [TextReading] = []
    /// The last cell: a number, the code of a text, or NaN.
    private(set) var lastCell = Float.nan

    /// - Parameter textsMax: different texts that are told apart.
    init(_ name: String, textsMax: Int) {
        self.name = name
        builder = CategoryBuilder(countMax: textsMax)
    }

    subscript(dynamicMember count: KeyPath<CellCounts, Int>) -> Int { counts[keyPath: count] }

    /// Whether each number is greater than the one before it.
    var isRising: Bool { counts.isRising }
    /// The first different numbers.
    var numbers: [Double] { counts.different.values }
    /// Whether there are more of them.
    var hasManyNumbers: Bool { counts.different.hasMore }
    /// Different texts of cells that are no numbers, in the order of their first occurrence.
    var texts: [String] { builder.names }
    /// Bytes of the texts that are told apart.
    var byteCount: Int { builder.byteCount + readings.count * MemoryLayout<TextReading>.size }
    /// Cells with a value.
    var knownCount: Int { counts.numberCount + counts.textCount }
    /// Whether no other text is told apart.
    var isFull: Bool { builder.count == builder.countMax }
    /// Number of the texts that are told apart.
    var distinctTextCount: Int { builder.count }

    /// Counts a cell that is a plain number.
    @inline(__always)
    mutating func add(_ number: Double) {
        counts.add(number)
        lastCell = Float(number)
    }

    /// Counts the cell at `range`.
    mutating func add(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        let range = Blank.trimmed(text, range)
        if let code = builder.find(text, range) {
            counts.add(readings[code])
            lastCell = Float(code)
        } else if MissingMarker.matches(text, range) {
            counts.missingCount += 1
            lastCell = .nan
        } else if case .number(let number) = DecimalNumber.double(text, range) {
            add(number)
        } else {
            addText(text, range)
        }
    }

    /// The code of a known text without blanks around it, and what it could be.
    @inline(__always)
    func find(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> (code: Int, reading: TextReading)? {
        builder.find(text, range).map { ($0, readings[$0]) }
    }

    /// Whether the cells of a part can be counted without a look at their order: of texts for which
    /// there is no room, those that are not UTF-8 are not counted as such.
    func fits(_ piece: ColumnPiece) -> Bool {
        piece.counts.foreignCount == 0
            || builder.count + (piece.added?.count ?? 0) < builder.countMax
    }

    /// Counts the cells of the next part.
    /// - Returns: the codes of the cells whose texts were new there.
    mutating func take(_ piece: ColumnPiece) -> [Int: Float] {
        counts.append(piece.counts)
        guard let added = piece.added else { return [:] }
        let codes = added.readings.indices.map { index -> UInt16? in
            guard let (code, isNew) = builder.adopt(index, of: added) else { return nil }
            if isNew { readings.append(added.readings[index]) }
            return code
        }
        var cells: [Int: Float] = [:]
        for (row, text) in piece.newTexts {
            if let code = codes[text] {
                cells[row] = Float(code)
            } else {
                counts.overflowCount += 1
            }
        }
        return cells
    }

    private mutating func addText(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        let reading = TextReading(text, range)
        counts.add(reading)
        lastCell = .nan
        do throws(CategoryBuilder.Failure) {
            lastCell = Float(try builder.code(of: text, range))
            readings.append(reading)
        } catch {
            counts.count(error)
        }
    }
}

extension CellCounts {
    /// Counts a text that is not told apart.
    mutating func count(_ failure: CategoryBuilder.Failure) {
        switch failure {
        case .tooLong: longCount += 1
        case .tooMany: overflowCount += 1
        case .invalidUTF8: foreignCount += 1
        }
    }
}
