// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// Rows to score by any model, column by column, by the names of the model's features: each is
/// given once, in any order.
///
/// ```swift
/// var batch = TableBatch(rowCount: 2)
/// batch.set("credit_amount", numbers: [1_169, 5_951])
/// batch.set("purpose", texts: ["radio/television", nil])
/// ```
public struct TableBatch: Sendable, Equatable {
    private var columns: TableColumns

    /// A batch without columns.
    public init(rowCount: Int) {
        precondition(rowCount >= 0, "a batch has no negative number of rows")
        columns = TableColumns(rowCount: rowCount)
    }

    /// The number of rows.
    public var rowCount: Int { columns.rowCount }

    /// The names that have been given, in their order.
    public var names: [String] { columns.columns.map(\.name) }

    /// Gives a column of numbers; NaN is missing.
    public mutating func set(_ name: String, numbers: [Float]) {
        put(name, .float32(numbers))
    }

    /// Gives a column of numbers, which the server rounds to single precision; NaN is missing.
    public mutating func set(_ name: String, doubles: [Double]) {
        put(name, .float64(doubles))
    }

    /// Gives a column of booleans; nil is missing.
    public mutating func set(_ name: String, flags: [Bool?]) {
        put(name, .codes8(flags.map { flag in flag.map { $0 ? 1 : 0 } ?? .max }))
    }

    /// Gives a column of texts: categories, dates such as 2024-02-29, or numbers; nil is missing.
    /// Equal texts travel once.
    public mutating func set(_ name: String, texts: [String?]) {
        var dictionary: [String] = []
        var places: [String: UInt32] = [:]
        let codes = texts.map { text -> UInt32 in
            guard let text else { return .max }
            if let known = places[text] { return known }
            let place = UInt32(dictionary.count)
            places[text] = place
            dictionary.append(text)
            return place
        }
        // A dictionary of no texts would be none: codes that are all missing need none.
        put(name, Self.narrow(codes, count: dictionary.count), dictionary: dictionary)
    }

    /// Gives a column of category codes, by the order of the model's categories; nil is missing.
    public mutating func set(_ name: String, codes: [UInt32?]) {
        put(name, .codes32(codes.map { $0 ?? .max }))
    }

    /// Codes in the fewest bytes that keep the two highest values free.
    private static func narrow(_ codes: [UInt32], count: Int) -> TableColumns.Values {
        if count <= Int(UInt8.max) - 1 {
            .codes8(codes.map { UInt8(truncatingIfNeeded: $0) })
        } else if count <= Int(UInt16.max) - 1 {
            .codes16(codes.map { UInt16(truncatingIfNeeded: $0) })
        } else {
            .codes32(codes)
        }
    }

    private mutating func put(
        _ name: String,
        _ values: TableColumns.Values,
        dictionary: [String] = []
    ) {
        precondition(values.count == rowCount, "a column has one value for each row")
        let column = TableColumns.Column(name, values, dictionary: dictionary)
        if let index = columns.columns.firstIndex(where: { $0.name == name }) {
            columns.columns[index] = column
        } else {
            columns.columns.append(column)
        }
    }

    func request(_ model: String, _ outputs: PredictOutputs) -> PredictRequest {
        PredictRequest(model: model, rows: .table(columns), outputs: outputs)
    }
}
