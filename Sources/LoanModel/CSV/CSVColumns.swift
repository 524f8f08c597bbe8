// SPDX-License-Identifier: Apache-2.0

/// The columns of a table while its rows are being read.
struct CSVColumns: Sendable {
    private let schema: LoanSchema
    private let hasLabels: Bool
    /// One per feature; empty for the features of the other kind.
    private var numbers: [[Float]]
    private var codes: [[UInt8]]
    private var builders: [CategoryBuilder]
    private var labels: [UInt8] = []
    /// Rows that are complete.
    private(set) var rowCount = 0

    init(schema: LoanSchema, labels: LabelRule) {
        self.schema = schema
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
            let value = try number(text, range, schema.features[feature].name, position)
            numbers[feature].append(value)
        case .category(let feature):
            do throws(CategoryBuilder.Failure) {
                codes[feature].append(try builders[feature].code(of: text, range))
            } catch {
                throw Self.error(error, position, schema.features[feature].name)
            }
        case .label:
            switch DecimalParser.parse(text, Self.trimmed(text, range)) {
            case .number(0): labels.append(0)
            case .number(1): labels.append(1)
            case .number, .outOfRange, .invalid:
                throw .label(position, column: schema.label)
            }
        }
    }

    /// Counts the row whose cells were appended.
    mutating func endRow() { rowCount += 1 }

    /// The rows so far as a table; the columns are empty after. The categories stay known.
    mutating func take() -> Table {
        defer {
            for index in numbers.indices {
                numbers[index] = []
                codes[index] = []
            }
            labels = []
            rowCount = 0
        }
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

    @inline(__always)
    private func number(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ column: @autoclosure () -> String,
        _ position: CSVPosition
    ) throws(CSVError) -> Float {
        guard !range.isEmpty else { return .nan }
        // Numbers enter as float32, rounded from the nearest double, as pandas followed by
        // `astype("float32")` has them.
        if case .number(let value) = DecimalParser.parse(text, range) {
            let rounded = Float(value)
            if rounded.isFinite { return rounded }
        }
        return try unusualNumber(text, range, column(), position)
    }

    @inline(never)
    private func unusualNumber(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ column: String,
        _ position: CSVPosition
    ) throws(CSVError) -> Float {
        let trimmed = Self.trimmed(text, range)
        if MissingMarker.matches(text, trimmed) { return .nan }
        switch DecimalParser.parse(text, trimmed) {
        case .number(let value):
            guard Float(value).isFinite else { throw .outOfRange(position, column: column) }
            return Float(value)
        case .outOfRange: throw .outOfRange(position, column: column)
        case .invalid: throw .notANumber(position, column: column)
        }
    }

    /// The range without spaces and tabs at its ends.
    private static func trimmed(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Range<Int> {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 9 }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(text[start]) { start += 1 }
        while start < end, isBlank(text[end - 1]) { end -= 1 }
        return start..<end
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
