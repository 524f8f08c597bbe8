// SPDX-License-Identifier: Apache-2.0

/// Reads blocks of rows to train on, by the categories that were known when it was made.
package struct CSVBlockReader: BlockReader {
    /// A cell that must be read in its turn.
    struct Unreadable: Error {}

    let layout: CSVLayout
    let schema: TableSchema
    let dialect: CSVDialect
    let recordBytesMax: Int
    /// The categories of each feature that are known.
    let builders: [CategoryBuilder]
    let labelReader: LabelReader
    /// No cells, of as many columns as say more of rows.
    let marks: RowMarkCells

    package func piece(of bytes: [UInt8]) -> CSVPiece? {
        guard
            let block = CSVBlock(
                bytes,
                columnCount: layout.targets.count,
                separator: dialect.comma,
                recordBytesMax: recordBytesMax
            )
        else { return nil }
        var piece = CSVPiece(
            rowCount: block.rowCount,
            featureCount: schema.features.count,
            marks: marks
        )
        do throws(Unreadable) {
            for (column, target) in layout.targets.enumerated() {
                try read(column, target, of: block, into: &piece)
            }
        } catch {
            return nil
        }
        piece.leaveOutUnlabeled()
        return piece
    }

    private func read(
        _ column: Int,
        _ target: CSVLayout.Target,
        of block: CSVBlock,
        into piece: inout CSVPiece
    ) throws(Unreadable) {
        switch target {
        case .skip: break
        case .number(let feature):
            piece.numbers[feature] = try numbers(block, column) {
                (text, range) throws(Unreadable) in
                try number(text, range)
            }
        case .boolean(let feature):
            piece.numbers[feature] = try numbers(block, column) {
                (text, range) throws(Unreadable) in
                switch BooleanText.read(text, range) {
                case .value(let value): return value ? 1 : 0
                case .missing: return .nan
                case .invalid: throw Unreadable()
                }
            }
        case .date(let feature):
            piece.numbers[feature] = try numbers(block, column) {
                (text, range) throws(Unreadable) in
                if let days = DateText.plainDays(text, range) { return Float(days) }
                switch DateText.read(text, range) {
                case .days(let days): return Float(days)
                case .missing: return .nan
                case .invalid: throw Unreadable()
                }
            }
        case .category(let feature): try readCategories(block, column, feature, &piece)
        case .marked(let place):
            let marked = layout.marked[place]
            try readMarks(block, column, marked, &piece)
            try read(column, marked.target, of: block, into: &piece)
        case .label: piece.labels = try labels(block, column)
        case .weight:
            piece.weights = try numbers(block, column) { (text, range) throws(Unreadable) in
                let weight = try number(text, range)
                guard weight >= 0 else { throw Unreadable() }
                return weight
            }
        }
    }

    @inline(__always)
    private func numbers(
        _ block: CSVBlock,
        _ column: Int,
        _ read: (borrowing Span<UInt8>, Range<Int>) throws(Unreadable) -> Float
    ) throws(Unreadable) -> [Float] {
        try [Float](capacity: block.rowCount) { (numbers) throws(Unreadable) in
            try block.forEachCell(of: column) { (text, range) throws(Unreadable) in
                numbers.append(try read(text, range))
            }
        }
    }

    @inline(__always)
    private func number(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Unreadable) -> Float {
        if let number = PlainNumber.read(text, range, mark: dialect.decimalMark) {
            return Float(number)
        }
        return range.isEmpty ? .nan : try unusualNumber(text, range)
    }

    @inline(never)
    private func unusualNumber(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Unreadable) -> Float {
        let place = CSVPosition(row: 0, line: 1)
        do throws(CSVError) {
            guard dialect.decimalMark == UInt8(ascii: ",") else {
                return try CSVNumber.read(text, range, "", place)
            }
            let content = dialect.withPoint(range.map { text[$0] })
            return try CSVNumber.read(content.span, 0..<content.count, "", place)
        } catch {
            throw Unreadable()
        }
    }

    private func labels(_ block: CSVBlock, _ column: Int) throws(Unreadable) -> [Float] {
        var reader = labelReader
        let isNumber = !schema.labelValues.areClasses
        return try numbers(block, column) { (text, range) throws(Unreadable) in
            if isNumber, dialect.decimalMark == UInt8(ascii: ",") { throw Unreadable() }
            switch reader.read(text, range) {
            case .value(let value): return value
            case .missing where schema.leavesOutUnlabeled: return .nan
            case .missing, .invalid: throw Unreadable()
            }
        }
    }

    private func readMarks(
        _ block: CSVBlock,
        _ column: Int,
        _ marked: CSVLayout.Marked,
        _ piece: inout CSVPiece
    ) throws(Unreadable) {
        // A number may have a decimal comma, which records are read with as a point.
        let isNumber =
            switch marked.target {
            case .number, .weight: true
            case .label: !schema.labelValues.areClasses
            case .skip, .boolean, .date, .category, .marked: false
            }
        if dialect.decimalMark == UInt8(ascii: ","), isNumber || marked.marks.contains(.time) {
            throw Unreadable()
        }
        var cells = piece.marks
        try block.forEachCell(of: column) { (text, range) throws(Unreadable) in
            do throws(RowMarkCells.Failure) {
                for mark in marked.marks { try cells.append(text, range, mark) }
            } catch {
                throw Unreadable()
            }
        }
        piece.marks = cells
    }

    private func readCategories(
        _ block: CSVBlock,
        _ column: Int,
        _ feature: Int,
        _ piece: inout CSVPiece
    ) throws(Unreadable) {
        let known = builders[feature]
        var added: CategoryBuilder?
        piece.codes[feature] = try [UInt16](capacity: block.rowCount) {
            (codes) throws(Unreadable) in
            try block.forEachCell(of: column) { (text, range) throws(Unreadable) in
                let range = Blank.trimmed(text, range)
                if range.isEmpty {
                    codes.append(CategoryColumn.missing)
                } else if let code = known.find(text, range) {
                    codes.append(UInt16(code))
                } else {
                    codes.append(try Self.code(text, range, known.count, &added))
                }
            }
        }
        if let added { piece.added[feature] = (known.count, added) }
    }

    /// The code of a text that is not known: they go on after those that are.
    @inline(never)
    private static func code(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ knownCount: Int,
        _ added: inout CategoryBuilder?
    ) throws(Unreadable) -> UInt16 {
        var builder = added.take() ?? CategoryBuilder()
        defer { added = builder }
        do throws(CategoryBuilder.Failure) {
            let code = try builder.code(of: text, range)
            guard code != CategoryColumn.missing else { return code }
            guard knownCount + Int(code) < TableLimits.categoryCountMax else { throw .tooMany }
            return UInt16(knownCount + Int(code))
        } catch {
            throw Unreadable()
        }
    }
}
