// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

/// The cells of a batch whose columns are carried by name, as a model takes them: each column is
/// held against its feature, by the rules of `docs/values.md`.
struct ColumnCells {
    /// Shape (numbers, rows), column after column in the schema's order.
    private(set) var numbers: [Float] = []
    /// Shape (codes, rows), likewise.
    private(set) var codes: [UInt8] = []

    /// - Parameters:
    ///   - calls: those whose rows follow each other.
    ///   - firstRow: the first row among those of its call, for refusals.
    init(
        _ calls: [ColumnBatch],
        firstRow: Int,
        of model: ServedModel
    ) throws(RPCStatus) {
        var places: [[Int]] = []
        for columns in calls { places.append(try Self.places(columns, model.features)) }
        for (index, feature) in model.features.enumerated() {
            for (columns, places) in zip(calls, places) {
                let column = FeatureColumn(feature, columns, places[index], firstRow: firstRow)
                switch feature.carrier {
                case .number: numbers += try column.numbers()
                case .code: codes += try column.codes()
                }
            }
        }
    }

    /// The column of each feature.
    private static func places(
        _ columns: ColumnBatch,
        _ features: [ServedModel.Feature]
    ) throws(RPCStatus) -> [Int] {
        // Most callers send the columns as ServerInfo has them.
        let isInOrder =
            columns.count == features.count
            && features.indices.allSatisfy { columns.isNamed($0, features[$0].name) }
        if isInOrder { return Array(features.indices) }
        var indices: [String: Int] = [:]
        for index in 0..<columns.count {
            let name = columns.name(index)
            guard indices.updateValue(index, forKey: name) == nil else {
                throw RPCStatus(.invalidArgument, "columns: \(name.excerpt) is given twice")
            }
        }
        var places: [Int] = []
        places.reserveCapacity(features.count)
        for feature in features {
            guard let index = indices.removeValue(forKey: feature.name) else {
                throw RPCStatus(.invalidArgument, "columns: \(feature.name) is missing")
            }
            places.append(index)
        }
        if let name = indices.keys.min() {
            throw RPCStatus(
                .invalidArgument,
                "columns: \(name.excerpt) is no feature of the model, whose features ServerInfo "
                    + "gives"
            )
        }
        return places
    }
}

/// One column and the feature that it is for.
private struct FeatureColumn {
    let feature: ServedModel.Feature
    let columns: ColumnBatch
    let index: Int
    let firstRow: Int

    init(
        _ feature: ServedModel.Feature,
        _ columns: ColumnBatch,
        _ index: Int,
        firstRow: Int
    ) {
        self.feature = feature
        self.columns = columns
        self.index = index
        self.firstRow = firstRow
    }

    /// The cells of a feature that travels as numbers.
    func numbers() throws(RPCStatus) -> [Float] {
        if let numbers = columns.numbers(index) {
            try check(numbers)
            return numbers
        }
        let codes = columns.codes(index) ?? []
        if columns.hasTexts(index) {
            let cells = try texts { (cell) -> Float in
                switch cell {
                case .number(let number): number
                case .code(let code): Float(code)
                }
            }
            return try map(codes, cells, missing: .nan, unlisted: unlistedNumber)
        }
        let last = try lastCode()
        return try map(codes, missing: .nan, unlisted: unlistedNumber) { code in
            code <= last ? Float(code) : nil
        }
    }

    /// The cells of a feature that travels as codes.
    func codes() throws(RPCStatus) -> [UInt8] {
        guard let codes = columns.codes(index) else {
            throw refusal("is a category: send codes, or texts in a dictionary")
        }
        let (missing, unlisted) = (CategoryVocabulary.missing, CategoryVocabulary.unknown)
        if columns.hasTexts(index) {
            let cells = try texts { (cell) -> UInt8 in
                switch cell {
                case .code(let code): code
                case .number: unlisted
                }
            }
            return try map(codes, cells, missing: missing, unlisted: unlisted)
        }
        let count = feature.categories.count
        return try map(codes, missing: missing, unlisted: unlisted) { code in
            code < count ? UInt8(truncatingIfNeeded: code) : nil
        }
    }

    // MARK: Numbers

    /// What a number may be, by its feature.
    private func check(_ numbers: [Float]) throws(RPCStatus) {
        if let row = numbers.span.firstInfinity {
            throw refusal("is infinite; NaN is a missing value", row)
        }
        guard feature.kind == .boolean || feature.kind == .category else { return }
        let last = Float(try lastCode())
        let wrong = numbers.firstIndex { number in
            !number.isNaN && !(0...last ~= number && number.rounded() == number)
        }
        guard let wrong else { return }
        throw refusal("is no whole number from 0 to \(Int(last))", wrong)
    }

    // MARK: Codes

    /// The highest code that stands for itself.
    private func lastCode() throws(RPCStatus) -> UInt32 {
        switch feature.kind {
        case .boolean: return 1
        case .category: return UInt32(feature.categories.count - 1)
        case .number, .date:
            throw refusal(
                feature.kind == .date
                    ? "is a date: send days since 1970-01-01, or texts in a dictionary"
                    : "is a number: send float32 or float64"
            )
        }
    }

    /// What a value becomes that is not listed; nil where there is no such value.
    private var unlistedNumber: Float? {
        feature.kind == .category ? CategoryVocabulary.unknownNumber : nil
    }

    /// The texts of the dictionary, each read once.
    private func texts<Cell>(
        _ cell: (CellText.Cell) -> Cell
    ) throws(RPCStatus) -> [Cell] {
        var cells: [Cell] = []
        for (place, text) in columns.texts(index).enumerated() {
            do throws(CellText.Failure) {
                cells.append(cell(try feature.cell(of: text.span, 0..<text.count)))
            } catch {
                throw RPCStatus(
                    .invalidArgument,
                    "\(feature.name), dictionary \(place): \(error.reason)"
                )
            }
        }
        return cells
    }

    private func map<Cell>(
        _ codes: [UInt32],
        _ cells: [Cell],
        missing: Cell,
        unlisted: Cell?
    ) throws(RPCStatus) -> [Cell] {
        try map(codes, missing: missing, unlisted: unlisted) { code in
            code < cells.count ? cells[Int(code)] : nil
        }
    }

    private func map<Cell>(
        _ codes: [UInt32],
        missing: Cell,
        unlisted: Cell?,
        _ cell: (UInt32) -> Cell?
    ) throws(RPCStatus) -> [Cell] {
        var result: [Cell] = []
        result.reserveCapacity(codes.count)
        for (row, code) in codes.enumerated() {
            let found =
                switch code {
                case ColumnBatch.missing: Cell?.some(missing)
                case ColumnBatch.unlisted: unlisted
                default: cell(code)
                }
            guard let found else { throw refusal("is a code that stands for nothing", row) }
            result.append(found)
        }
        return result
    }

    // MARK: Refusals

    private func refusal(_ reason: String) -> RPCStatus {
        RPCStatus(.invalidArgument, "\(feature.name) \(reason)")
    }

    private func refusal(_ reason: String, _ row: Int) -> RPCStatus {
        RPCStatus(.invalidArgument, "\(feature.name), row \(firstRow + row): \(reason)")
    }
}

extension CellText.Failure {
    /// What is wrong with the text, as the end of a sentence.
    fileprivate var reason: String {
        switch self {
        case .notANumber: "is not a number"
        case .outOfRange: "is beyond single precision"
        case .notABoolean: "is neither true nor false"
        case .notADate: "is not a date such as 2024-02-29"
        case .category(.tooLong): "is longer than \(CategoryVocabulary.textBytesMax) bytes"
        case .category(.nul): "contains NUL"
        case .category(.invalidUTF8): "is not UTF-8"
        }
    }
}
