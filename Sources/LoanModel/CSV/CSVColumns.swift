// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The columns of a table while its rows are being read.
struct CSVColumns: Sendable {
    private let schema: TableSchema
    private let hasLabels: Bool
    /// One per feature where categories are coded for a model; empty where they are learned.
    private let vocabularies: [CategoryVocabulary]
    /// Likewise: the matrix that each feature travels in.
    private let carriers: [Feature.Carrier]
    /// One per feature; empty for the features of the other kinds.
    private var numbers: [[Float]]
    private var categories: [[UInt16]]
    private var codes: [[UInt8]]
    private var builders: [CategoryBuilder]
    private var labelReader: LabelReader
    private var labels: [Float] = []
    private var weights: [Float] = []
    private let markedColumns: MarkedColumns
    private var marks: RowMarkCells
    /// The columns that say more of rows, by the file's header.
    var marked: [CSVLayout.Marked] = []
    private var lacksLabel = false
    /// Rows that are complete.
    private(set) var rowCount = 0
    /// Rows that were left out, since they have no label.
    private(set) var unlabeledCount = 0

    init(
        schema: TableSchema,
        labels: LabelRule,
        marks: MarkedColumns = MarkedColumns(),
        vocabularies: [CategoryVocabulary] = []
    ) {
        self.schema = schema
        markedColumns = marks
        self.marks = RowMarkCells(protectedCount: marks.protected.count)
        self.vocabularies = vocabularies
        carriers = zip(schema.features, vocabularies).map { feature, vocabulary in
            feature.carrier(categoryCount: vocabulary.count)
        }
        hasLabels = labels == .required
        let count = schema.features.count
        numbers = Array(repeating: [], count: count)
        categories = Array(repeating: [], count: count)
        codes = Array(repeating: [], count: count)
        builders = schema.features.map { CategoryBuilder(countMax: $0.categoriesMax) }
        labelReader = LabelReader(schema.labelValues)
    }

    /// Puts one cell at the end of the column it belongs to.
    @inline(__always)
    mutating func append(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        to target: CSVLayout.Target,
        at position: CSVPosition
    ) throws(CSVError) {
        switch target {
        case .skip: break
        case .number(let feature):
            let value = try CSVNumber.read(text, range, name(feature), position)
            numbers[feature].append(value)
        case .category(let feature): try appendCategory(text, range, feature, position)
        case .boolean(let feature):
            switch BooleanText.read(text, range) {
            case .value(let value): numbers[feature].append(value ? 1 : 0)
            case .missing: numbers[feature].append(.nan)
            case .invalid: throw .notABoolean(position, column: name(feature))
            }
        case .date(let feature):
            switch DateText.read(text, range) {
            case .days(let days): numbers[feature].append(Float(days))
            case .missing: numbers[feature].append(.nan)
            case .invalid: throw .notADate(position, column: name(feature))
            }
        case .label: try appendLabel(text, range, position)
        case .weight: try appendWeight(text, range, position)
        case .marked(let place): try appendMarked(text, range, marked[place], position)
        }
    }

    @inline(never)
    private mutating func appendMarked(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ column: CSVLayout.Marked,
        _ position: CSVPosition
    ) throws(CSVError) {
        do throws(RowMarkCells.Failure) {
            for mark in column.marks { try marks.append(text, range, mark) }
        } catch {
            throw CSVError(error, position, column: column.name)
        }
        try append(text, range, to: column.target, at: position)
    }

    private func name(_ feature: Int) -> String { schema.features[feature].name }

    private mutating func appendLabel(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        switch labelReader.read(text, range) {
        case .value(let value): labels.append(value)
        case .missing where schema.leavesOutUnlabeled:
            labels.append(.nan)
            lacksLabel = true
        case .missing, .invalid:
            throw .label(position, column: schema.label, expected: labelReader.expected)
        }
    }

    private mutating func appendWeight(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError) {
        let name = schema.roles.weight ?? ""
        let weight = try CSVNumber.read(text, range, name, position)
        guard weight >= 0 else { throw .weight(position, column: name) }
        weights.append(weight)
    }

    @inline(__always)
    private mutating func appendCategory(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ feature: Int,
        _ position: CSVPosition
    ) throws(CSVError) {
        if vocabularies.isEmpty {
            do throws(CategoryBuilder.Failure) {
                categories[feature].append(try builders[feature].code(of: text, range))
            } catch {
                throw CSVError(error, position, schema.features[feature])
            }
            return
        }
        do throws(CategoryVocabulary.Failure) {
            switch carriers[feature] {
            case .number:
                numbers[feature].append(try vocabularies[feature].number(of: text, range))
            case .code: codes[feature].append(try vocabularies[feature].code(of: text, range))
            }
        } catch {
            throw CSVError(error, position, schema.features[feature])
        }
    }

    /// Puts a number at the end of the column of `feature`.
    @inline(__always)
    mutating func append(_ number: Float, to feature: Int) { numbers[feature].append(number) }

    /// What blocks of rows are read with; nil while the labels do not show what they may be.
    func blockReader(
        _ layout: CSVLayout,
        _ dialect: CSVDialect,
        recordBytesMax: Int
    ) -> CSVBlockReader? {
        guard vocabularies.isEmpty, labelReader.isSettled else { return nil }
        return CSVBlockReader(
            layout: layout,
            schema: schema,
            dialect: dialect,
            recordBytesMax: recordBytesMax,
            builders: builders,
            labelReader: labelReader,
            marks: RowMarkCells(protectedCount: markedColumns.protected.count)
        )
    }

    /// Takes over the rows of a block; false, and nothing is changed, where a column might have too
    /// many categories.
    mutating func take(_ piece: CSVPiece) -> Bool {
        for (feature, added) in piece.added.enumerated() {
            guard let added else { continue }
            let room = builders[feature].countMax - builders[feature].count
            if added.names.count > room { return false }
        }
        guard marks.fits(piece.marks) else { return false }
        for feature in piece.added.indices {
            numbers[feature] += piece.numbers[feature]
            appendCodes(piece.codes[feature], piece.added[feature], feature)
        }
        labels += piece.labels
        weights += piece.weights
        marks.take(piece.marks)
        rowCount += piece.rowCount
        unlabeledCount += piece.unlabeledCount
        return true
    }

    private mutating func appendCodes(
        _ codes: [UInt16],
        _ added: (knownCount: Int, names: CategoryBuilder)?,
        _ feature: Int
    ) {
        guard let added else {
            categories[feature] += codes
            return
        }
        let new = (0..<added.names.count).map { index in
            builders[feature].adopt(index, of: added.names)?.code ?? CategoryColumn.missing
        }
        categories[feature] += codes.map { code in
            code == CategoryColumn.missing || code < added.knownCount
                ? code : new[Int(code) - added.knownCount]
        }
    }

    /// Counts the row whose cells were appended, or drops one without a label.
    @inline(__always)
    mutating func endRow() {
        if lacksLabel { dropRow() } else { rowCount += 1 }
    }

    private mutating func dropRow() {
        lacksLabel = false
        unlabeledCount += 1
        labels.removeLast()
        if !weights.isEmpty { weights.removeLast() }
        marks.removeLast()
        for (index, feature) in schema.features.enumerated() {
            switch feature.kind {
            case .number, .boolean, .date: numbers[index].removeLast()
            case .category: categories[index].removeLast()
            }
        }
    }

    /// The rows so far, coded for a model; the columns are empty after.
    mutating func takeApplications() -> CodedApplications {
        defer { removeAll() }
        precondition(
            vocabularies.count == schema.features.count,
            "the reader was made for a model"
        )
        let columns = schema.features.indices.map { index in
            switch carriers[index] {
            case .number: CodedApplications.Column.numbers(numbers[index])
            case .code: CodedApplications.Column.codes(codes[index])
            }
        }
        return CodedApplications(rowCount: rowCount, columns: columns)
    }

    private mutating func removeAll() {
        for index in numbers.indices {
            numbers[index] = []
            categories[index] = []
            codes[index] = []
        }
        labels = []
        weights = []
        marks.removeAll()
        rowCount = 0
    }

    /// The rows so far as a table; the columns are empty after. The categories stay known.
    mutating func take() -> Table {
        defer { removeAll() }
        precondition(vocabularies.isEmpty, "codes for a model have no names of their own")
        do {
            let columns = try schema.features.indices.map { index throws(TableError) in
                try column(index)
            }
            return try Table(
                schema: schema,
                columns: columns,
                labels: hasLabels ? labels : nil,
                weights: hasLabels && schema.roles.weight != nil ? weights : nil,
                marks: try marks.marks(markedColumns)
            )
        } catch {
            preconditionFailure("the reader appends one valid cell per column and row: \(error)")
        }
    }

    private func column(_ index: Int) throws(TableError) -> Table.Column {
        switch schema.features[index].kind {
        case .number, .boolean, .date: .numbers(numbers[index])
        case .category:
            .categories(
                try CategoryColumn(codes: categories[index], names: builders[index].names)
            )
        }
    }
}
