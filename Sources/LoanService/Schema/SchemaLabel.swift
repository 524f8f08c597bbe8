// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// The label of a schema document.
struct SchemaLabel {
    private static let keys = ["column", "kind", "positive", "negative", "missing"]

    let column: String
    let values: LabelValues
    let leavesOutMissing: Bool

    init(_ value: JSONValue) throws(SchemaDocumentError) {
        let reader = try SchemaMembers(value, at: "label", keys: Self.keys)
        column = try reader.requiredText("column")
        let missing = try reader.choice("missing", of: ["leave out", "refuse"])
        leavesOutMissing = missing != "refuse"
        let positive = try Self.value("positive", reader)
        let negative = try Self.value("negative", reader)
        let kind = try reader.choice("kind", of: ["classes", "boolean", "number"])
        switch (kind, positive) {
        case ("classes", nil): throw .missingKey("positive", place: reader.place)
        case ("classes", let positive?), (nil, let positive?):
            guard positive != negative else {
                throw .value(
                    key: "negative",
                    place: reader.place,
                    expected: "another value than 'positive'"
                )
            }
            values = .classes(positive: positive, negative: negative)
        default:
            guard positive == nil, negative == nil else {
                throw .value(
                    key: "kind",
                    place: reader.place,
                    expected: "classes where 'positive' or 'negative' is given"
                )
            }
            values = kind == "number" ? .number : .boolean
        }
    }

    /// A cell of the label, as a text or as a number.
    private static func value(
        _ key: String,
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> String? {
        switch reader[key] {
        case nil: return nil
        case .number(let number)? where number.value.isFinite:
            return number.isInteger && number.value.magnitude < 1e15
                ? "\(Int(number.value))" : "\(number.value)"
        case .string(let text)?
        where !text.isEmpty && text.utf8.count <= TableLimits.categoryBytesMax:
            return text
        default:
            throw .value(
                key: key,
                place: reader.place,
                expected: "a text of at most \(TableLimits.categoryBytesMax) bytes or a number"
            )
        }
    }
}
