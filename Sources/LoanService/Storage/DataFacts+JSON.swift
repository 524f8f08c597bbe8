// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
internal import ModelValidation

extension DataFacts {
    /// The longest document that is read, in bytes: there is a line for each feature.
    static let lengthMax = 16 << 20

    /// The document without what it says of features.
    package var outline: JSONValue {
        .object(JSONObject(members.filter { $0.name != "features" }))
    }

    /// The document that is stored with the data, a part or a feature a line.
    package var document: [UInt8] {
        let lines = members.map { name, value in
            guard case .array(let elements) = value, !elements.isEmpty else {
                return "  \"\(name)\": \(Self.text(value))"
            }
            let inner = elements.map { "    " + Self.text($0) }.joined(separator: ",\n")
            return "  \"\(name)\": [\n\(inner)\n  ]"
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.serialized, as: UTF8.self)
    }

    /// The same as a value.
    var json: JSONObject { JSONObject(members) }

    private var members: [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = [
            (
                "source",
                .members([
                    "sha256": .string(source.digest), "rows": .integer(source.rowCount),
                    "repeated": .integer(source.repeatedCount),
                ])
            ),
            ("split", .string(division.rule.rawValue)),
        ]
        if let column { members.append(("column", .string(column))) }
        members += [
            ("test_share", .real(division.shares.test)),
            ("calibration_share", .real(division.shares.calibration)),
            ("stopping_share", .real(division.shares.stopping)),
            // A text, since readers of JSON keep 53 bits of a number.
            ("seed", .string("\(seed)")),
            ("expanded", .bool(isExpanded)),
            ("parts", .array(parts.map(Self.json))),
            ("duplicates", .array(duplicates.map(Self.json))),
            ("protected", .array(protectedColumns.map { .string($0) })),
            ("features", .array(features.map(Self.json))),
        ]
        return members
    }

    private static func json(_ part: Part) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("part", .string(part.part.rawValue)), ("rows", .integer(part.rowCount)),
            ("source_rows", .integer(part.sourceRowCount)),
        ]
        if let times = part.times {
            members += [("first", .string(times.first)), ("last", .string(times.last))]
        }
        return .object(JSONObject(members))
    }

    private static func json(_ pair: SplitDuplicates.Pair) -> JSONValue {
        .members([
            "part": .string(pair.part.rawValue), "equal_to": .string(pair.earlier.rawValue),
            "rows": .integer(pair.rowCount),
        ])
    }

    private static func json(_ feature: FeatureFacts) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("column", .string(feature.name))]
        func add(_ kind: String, _ range: ClosedRange<Double>?, _ value: (Double) -> JSONValue) {
            members.append(("kind", .string(kind)))
            guard let range else { return }
            members.append(("minimum", value(range.lowerBound)))
            members.append(("maximum", value(range.upperBound)))
        }
        switch feature.values {
        case .numbers(let range): add("number", range) { .real($0) }
        case .dates(let range): add("date", range) { .string(CalendarDate(days: Int($0)).text) }
        case .booleans(let trueCount):
            members += [("kind", .string("boolean")), ("true", .integer(trueCount))]
        case .categories(let count):
            members += [("kind", .string("category")), ("categories", .integer(count))]
        }
        members.append(("missing", .integer(feature.missingCount)))
        return .object(JSONObject(members))
    }
}
