// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanRPC

/// Rows of a table as JSON records.
enum LoadRecords {
    /// The records of the documented columns.
    static func documented(_ table: Table) -> String {
        list(table.rowCount, zip(TableSchema.creditRisk.features.map(\.name), table.columns)) {
            column,
            row in
            switch column {
            case .numbers(let values):
                return values[row].isFinite ? "\(values[row])" : "null"
            case .categories(let column):
                let code = Int(column.codes[row])
                return code < column.vocabulary.count ? "\"\(column.vocabulary[code])\"" : "null"
            }
        }
    }

    /// The records of a model of any table.
    static func ofModel(_ model: ServerDescription.Model, _ table: TableColumns) -> String {
        let columns = zip(model.features, table.columns)
        return list(table.rowCount, columns.map { ($0.name, ($0, $1.values)) }) { column, row in
            text(column.1, column.0, row)
        }
    }

    private static func text(
        _ values: TableColumns.Values,
        _ feature: ServerDescription.Feature,
        _ row: Int
    ) -> String {
        switch values {
        case .float32(let numbers) where feature.kind == .date:
            let date = CalendarDate(days: Int(numbers[row]))
            let (month, day) = (date.month, date.day)
            return "\"\(date.year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)\""
        case .float32(let numbers): return "\(numbers[row])"
        case .float64(let numbers): return "\(numbers[row])"
        case .codes8(let codes): return codes[row] == 1 ? "true" : "false"
        case .codes16(let codes): return name(Int(codes[row]), feature)
        case .codes32(let codes): return name(Int(codes[row]), feature)
        }
    }

    private static func name(_ code: Int, _ feature: ServerDescription.Feature) -> String {
        guard code < feature.categories.count else { return "null" }
        return string(feature.categories[code])
    }

    private static func string(_ text: String) -> String {
        String(decoding: JSONValue.string(text).serialized, as: UTF8.self)
    }

    private static func list<Column>(
        _ rowCount: Int,
        _ columns: some Sequence<(String, Column)>,
        _ value: (Column, Int) -> String
    ) -> String {
        let columns = columns.map { (string($0), $1) }
        let records = (0..<rowCount).map { row in
            "{" + columns.map { "\($0):\(value($1, row))" }.joined(separator: ",") + "}"
        }
        return "[" + records.joined(separator: ",") + "]"
    }
}
