// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The columns of a table while its rows are being read.
struct CSVColumns: Sendable {
    private let schema: TableSchema
    private let hasLabels: Bool
    /// One per feature where categories are coded for a model; empty where they are learned.
    private let vocabularies: [CategoryVocabulary]
    /// One per feature; empty for the features of the other kind.
    private var numbers: [[Float]]
    private var codes: [[UInt8]]
    private var builders: [CategoryBuilder]
    private var labels: [UInt8] = []
    /// Rows that are complete.
    private(set) var rowCount = 0

    init(schema: TableSchema, labels: LabelRule, vocabularies: [CategoryVocabulary] = []) {
        self.schema = schema
        self.vocabularies = vocabularies
        hasLabels = labels == .required
        let count = schema.features.count
        numbers = Array(repeating: [], count: count)
        codes = Array(repeating: [], count: count)
        builders = Array(repeating: CategoryBuilder(), count: count)
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
            let value = try CSVNumber.read(
                text,
                range,
                schema.features[feature].name,
                position
            )
            numbers[feature].append(value)
        case .category(let feature):
            codes[feature].append(try code(text, range, feature, position))
        case .label:
            switch DecimalNumber.double(text, Blank.trimmed(text, range)) {
            case .number(0): labels.append(0)
            case .number(1): labels.append(1)
            case .number, .outOfRange, .invalid:
                throw .label(position, column: schema.label)
            }
        }
    }

    @inline(__always)
    private mutating func code(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ feature: Int,
        _ position: CSVPosition
    ) throws(CSVError) -> UInt8 {
        if vocabularies.isEmpty {
            do throws(CategoryBuilder.Failure) {
                return try builders[feature].code(of: text, range)
            } catch {
                throw Self.error(error, position, schema.features[feature].name)
            }
        }
        do throws(CategoryVocabulary.Failure) {
            return try vocabularies[feature].code(of: text, range)
        } catch {
            throw Self.error(error, position, schema.features[feature].name)
        }
    }

    /// Puts a number at the end of the column of `feature`.
    @inline(__always)
    mutating func append(_ number: Float, to feature: Int) { numbers[feature].append(number) }

    /// Counts the row whose cells were appended.
    mutating func endRow() { rowCount += 1 }

    /// The rows so far, coded for a model; the columns are empty after.
    mutating func takeApplications() -> CodedApplications {
        defer { removeAll() }
        precondition(!vocabularies.isEmpty, "the reader was made for a model")
        let columns = schema.features.indices.map { index in
            switch schema.features[index].kind {
            case .number: CodedApplications.Column.numbers(numbers[index])
            case .category: CodedApplications.Column.codes(codes[index])
            }
        }
        return CodedApplications(rowCount: rowCount, columns: columns)
    }

    private mutating func removeAll() {
        for index in numbers.indices {
            numbers[index] = []
            codes[index] = []
        }
        labels = []
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
            return try Table(schema: schema, columns: columns, labels: hasLabels ? labels : nil)
        } catch {
            preconditionFailure("the reader appends one valid cell per column and row: \(error)")
        }
    }

    private func column(_ index: Int) throws(TableError) -> Table.Column {
        switch schema.features[index].kind {
        case .number: .numbers(numbers[index])
        case .category:
            .categories(
                try CategoryColumn(codes: codes[index], names: builders[index].names)
            )
        }
    }

    private static func error(
        _ failure: CategoryVocabulary.Failure,
        _ position: CSVPosition,
        _ column: String
    ) -> CSVError {
        switch failure {
        case .tooLong:
            .textTooLong(position, column: column, limit: CategoryVocabulary.textBytesMax)
        case .nul: .nul(position)
        case .invalidUTF8: .invalidUTF8(position, column: column)
        }
    }

    private static func error(
        _ failure: CategoryBuilder.Failure,
        _ position: CSVPosition,
        _ column: String
    ) -> CSVError {
        switch failure {
        case .tooLong: .categoryTooLong(position, column: column)
        case .tooMany: .tooManyCategories(position, column: column)
        case .invalidUTF8: .invalidUTF8(position, column: column)
        }
    }
}
