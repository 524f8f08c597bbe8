// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// A feature of a schema document.
enum SchemaFeature {
    private static let kinds = ["number", "category", "boolean", "date"]
    private static let transforms = ["none", "standardize", "yeo-johnson"]
    private static let encodings = ["one-hot", "ordinal", "native"]

    static func read(_ value: JSONValue, index: Int) throws(SchemaDocumentError) -> Feature {
        let place = place(value, index)
        let all = [
            "column", "kind", "missing", "transform", "encoding", "order", "parts", "rare_below",
        ]
        let named = try SchemaMembers(value, at: place, keys: all)
        let column = try named.requiredText("column")
        guard let kind = try named.choice("kind", of: kinds) else {
            throw .missingKey("kind", place: place)
        }
        let keys = ["column", "kind"] + keys(of: kind)
        let reader = try SchemaMembers(value, at: "\(place), a \(kind)", keys: keys)
        switch kind {
        case "category":
            let encoding = try encoding(reader)
            return Feature(column, .category(encoding), .none, rareBelow: try rareBelow(reader))
        case "boolean": return Feature(column, .boolean(missing: try missing(reader)), .none)
        case "date": return Feature(column, .date(parts: try parts(reader)), .none)
        default:
            let missing = try missing(reader)
            return Feature(
                column,
                .number(missing: missing, transform: try transform(reader)),
                .none
            )
        }
    }

    private static func rareBelow(_ reader: SchemaMembers) throws(SchemaDocumentError) -> Double? {
        guard let value = reader["rare_below"] else { return nil }
        guard case .number(let number) = value, number.value > 0, number.value < 1 else {
            throw .value(
                key: "rare_below",
                place: reader.place,
                expected: "a share of the rows, greater than 0 and less than 1"
            )
        }
        guard reader["order"] == nil else {
            throw .value(
                key: "rare_below",
                place: reader.place,
                expected: "left out where 'order' places every category"
            )
        }
        return number.value
    }

    private static func place(_ value: JSONValue, _ index: Int) -> String {
        let name = value.object?["column"]?.text.map { " (\($0.prefix(64)))" } ?? ""
        return "feature \(index + 1)\(name)"
    }

    private static func keys(of kind: String) -> [String] {
        switch kind {
        case "category": ["encoding", "order", "rare_below"]
        case "boolean": ["missing"]
        case "date": ["parts"]
        default: ["missing", "transform"]
        }
    }

    private static func missing(
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> Feature.Missing {
        switch reader["missing"] {
        case nil, .string("keep")?: return .left
        case .string("median")?: return .median
        case .string("mean")?: return .mean
        case .number(let number)? where Float(number.value).isFinite:
            return .constant(number.value)
        default:
            throw .value(
                key: "missing",
                place: reader.place,
                expected: "keep, median, mean or a number of single precision"
            )
        }
    }

    private static func transform(
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> Feature.Transform {
        switch try reader.choice("transform", of: transforms) {
        case "standardize": .standardize
        case "yeo-johnson": .yeoJohnson
        default: .none
        }
    }

    private static func encoding(
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> Feature.Encoding {
        let order = try reader.names("order")
        let encoding = try reader.choice("encoding", of: encodings) ?? "one-hot"
        guard order == nil || encoding == "ordinal" else {
            throw .value(
                key: "encoding",
                place: reader.place,
                expected: "ordinal where 'order' is given"
            )
        }
        if let order, order.contains(where: { $0.utf8.count > TableLimits.categoryBytesMax }) {
            throw .value(
                key: "order",
                place: reader.place,
                expected: "texts of at most \(TableLimits.categoryBytesMax) bytes"
            )
        }
        switch encoding {
        case "ordinal": return .ordinal(order: order ?? [])
        case "native": return .native
        default: return .oneHot
        }
    }

    private static func parts(
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> [Feature.DatePart] {
        guard let names = try reader.names("parts") else { return [.days] }
        let parts = names.compactMap { Feature.DatePart(rawValue: $0) }
        guard parts.count == names.count, !parts.isEmpty else {
            let all = Feature.DatePart.allCases.map(\.rawValue).joined(separator: ", ")
            throw .value(key: "parts", place: reader.place, expected: "a list of \(all)")
        }
        return parts
    }
}
