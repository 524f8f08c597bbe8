// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// The data of a model, as its card says it.
struct CardData {
    /// What the data preparation wrote down; nil in data that it wrote nothing down of.
    let facts: JSONObject?
    let preprocessor: Preprocessor
    /// Rows that the model was trained on.
    let trainRows: Int
    /// Rows that it is measured on.
    let testRows: Int
    /// Whether training saw no copy of these.
    let areUnseen: Bool

    /// What the data preparation wrote down stands as it is.
    var json: JSONValue {
        let schema = preprocessor.schema
        let label: [(name: String, value: JSONValue)] = [
            (
                "label",
                .members([
                    "column": .string(schema.label), "default": .string(schema.classNames.positive),
                    "other": .string(schema.classNames.negative),
                ])
            ),
            ("train_rows", .integer(trainRows)), ("test_rows", .integer(testRows)),
            ("test_rows_unseen", .bool(areUnseen)),
        ]
        let rest: [(name: String, value: JSONValue)] =
            facts?.members ?? [("source", .null), ("features", .array(features))]
        return .object(JSONObject(label + rest))
    }

    /// What the preparation learned of each feature from the rows to train on.
    private var features: [JSONValue] {
        ServedModel.Feature.all(of: preprocessor).map { feature in
            var members: [(name: String, value: JSONValue)] = [
                ("column", .string(feature.name)), ("kind", .string(feature.kind.cardWord)),
            ]
            if let range = feature.range {
                members.append(("minimum", value(range.minimum, feature.kind)))
                members.append(("maximum", value(range.maximum, feature.kind)))
            } else if !feature.categories.isEmpty {
                members.append(("categories", .integer(feature.categories.count)))
            }
            members.append(("missing", .null))
            return .object(JSONObject(members))
        }
    }

    private func value(_ number: Float, _ kind: Feature.Kind) -> JSONValue {
        // Days beyond the calendar stay numbers.
        guard kind == .date, abs(number) < 700_000 else { return .single(number) }
        return .string(CalendarDate(days: Int(number)).text)
    }
}

extension Feature.Kind {
    /// The kind in one word, as documents have it.
    fileprivate var cardWord: String {
        switch self {
        case .number: "number"
        case .category: "category"
        case .boolean: "boolean"
        case .date: "date"
        }
    }
}
