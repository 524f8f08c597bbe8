// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// The texts of categories that a model does not know, as a caller has sent them in JSON: what
/// columns keep of them is that they are unknown.
enum UnknownTexts {
    /// The places of unknown categories among rows; empty in the usual case.
    static func places(
        in rows: ScoringRows,
        of model: ServedModel
    ) -> [(feature: Int, row: Int)] {
        guard case .raw(let numbers, let codes) = rows.form else { return [] }
        var places: [(feature: Int, row: Int)] = []
        var next = (number: 0, code: 0)
        for (index, feature) in model.features.enumerated() {
            switch feature.carrier {
            case .number:
                let column = next.number..<next.number + rows.rowCount
                next.number = column.upperBound
                guard feature.kind == .category else { continue }
                for place in column where CategoryVocabulary.isUnknown(numbers[place]) {
                    places.append((index, place - column.lowerBound))
                }
            case .code:
                let column = next.code..<next.code + rows.rowCount
                next.code = column.upperBound
                for place in column where codes[place] == CategoryVocabulary.unknown {
                    places.append((index, place - column.lowerBound))
                }
            }
        }
        return places
    }

    /// The texts at these places.
    /// - Parameter rows: a list of records by feature name, or of lists in the schema's order.
    static func texts(
        at places: [(feature: Int, row: Int)],
        in rows: JSONValue?,
        of model: ServedModel
    ) -> [UnknownCategory] {
        guard case .array(let rows)? = rows else { return [] }
        return places.compactMap { place in
            guard rows.indices.contains(place.row) else { return nil }
            let cell: JSONValue? =
                switch rows[place.row] {
                case .object(let record): record[model.features[place.feature].name]
                case .array(let values):
                    values.indices.contains(place.feature) ? values[place.feature] : nil
                case .null, .bool, .number, .string: nil
                }
            return cell?.sent.map {
                UnknownCategory(feature: place.feature, row: place.row, text: $0)
            }
        }
    }
}

extension JSONValue {
    /// A cell as its caller wrote it, about; nil for one that is none.
    fileprivate var sent: String? {
        switch self {
        case .string(let text): text
        case .number(let number):
            Int64(exactly: number.value).map { "\($0)" } ?? "\(number.value)"
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: nil
        }
    }
}
