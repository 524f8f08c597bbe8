// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel

extension SchemaDocument {
    /// A schema as a document: what is read back equals it, but for the noise of an expansion and
    /// the label's place in a file.
    package static func json(_ schema: TableSchema) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("label", label(schema)),
            ("features", .array(schema.features.map(json))),
        ]
        let roles = schema.roles
        if !roles.ignored.isEmpty { members.append(("ignore", list(roles.ignored))) }
        for (key, name) in [
            ("weight", roles.weight), ("time", roles.time), ("group", roles.group),
        ] {
            if let name { members.append((key, .string(name))) }
        }
        if !roles.protected.isEmpty { members.append(("protected", list(roles.protected))) }
        if schema.preparedOrder != Array(schema.features.indices) {
            let names = schema.preparedOrder.map { schema.features[$0].name }
            members.append(("prepared_order", list(names)))
        }
        return .object(JSONObject(members))
    }

    /// The document as text for people: a line for each feature.
    package static func text(_ schema: TableSchema) -> String {
        guard case .object(let object) = json(schema) else { return "" }
        let lines = object.members.map { name, value in
            guard case .array(let elements) = value, name == "features" else {
                return "  \(compact(.string(name))): \(compact(value))"
            }
            let features = elements.map { "    " + compact($0) }.joined(separator: ",\n")
            return "  \"features\": [\n\(features)\n  ]"
        }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }

    private static func compact(_ value: JSONValue) -> String {
        String(decoding: value.serialized, as: UTF8.self)
    }

    private static func list(_ texts: [String]) -> JSONValue {
        .array(texts.map { .string($0) })
    }

    private static func label(_ schema: TableSchema) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("column", .string(schema.label))]
        switch schema.labelValues {
        case .classes(let positive, let negative):
            members.append(("positive", .string(positive)))
            if let negative { members.append(("negative", .string(negative))) }
        case .boolean: members.append(("kind", .string("boolean")))
        case .number: members.append(("kind", .string("number")))
        }
        if !schema.leavesOutUnlabeled { members.append(("missing", .string("refuse"))) }
        return .object(JSONObject(members))
    }

    private static func json(_ feature: Feature) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("column", .string(feature.name))]
        func add(_ key: String, _ word: String) { members.append((key, .string(word))) }
        switch feature.preparation {
        case .number(let missing, let transform):
            add("kind", "number")
            if let value = json(missing) { members.append(("missing", value)) }
            switch transform {
            case .none: break
            case .standardize: add("transform", "standardize")
            case .yeoJohnson: add("transform", "yeo-johnson")
            }
        case .boolean(let missing):
            add("kind", "boolean")
            if let value = json(missing) { members.append(("missing", value)) }
        case .date(let parts):
            add("kind", "date")
            members.append(("parts", list(parts.map(\.rawValue))))
        case .category(let encoding):
            add("kind", "category")
            switch encoding {
            case .oneHot: add("encoding", "one-hot")
            case .native: add("encoding", "native")
            case .ordinal(let order):
                add("encoding", "ordinal")
                if !order.isEmpty { members.append(("order", list(order))) }
            }
            if let share = feature.rareBelow { members.append(("rare_below", .real(share))) }
        }
        return .object(JSONObject(members))
    }

    private static func json(_ missing: Feature.Missing) -> JSONValue? {
        switch missing {
        case .left: nil
        case .median: .string("median")
        case .mean: .string("mean")
        case .constant(let value): .real(value)
        }
    }
}
