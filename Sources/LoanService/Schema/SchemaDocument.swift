// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel

/// A schema as the JSON document that people write: `docs/tables.md` has its keys.
package enum SchemaDocument {
    /// The longest document that is read, in bytes.
    package static let lengthMax = 16 << 20

    private static let keys = [
        "label", "features", "ignore", "weight", "time", "group", "protected", "prepared_order",
    ]

    /// Reads the bytes of a document.
    package static func read(_ bytes: [UInt8]) throws(SchemaDocumentError) -> TableSchema {
        guard bytes.count <= lengthMax else { throw .tooLong(limit: lengthMax) }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .notJSON("\(error)")
        }
        return try read(value)
    }

    /// Reads a document that is part of another one.
    package static func read(_ value: JSONValue) throws(SchemaDocumentError) -> TableSchema {
        let reader = try SchemaMembers(value, at: "the schema", keys: keys)
        let label = try SchemaLabel(reader.required("label"))
        let features = try features(reader.required("features"))
        let roles = try roles(reader)
        var used: Set<String> = [label.column]
        for feature in features where !used.insert(feature.name).inserted {
            throw .repeatedColumn(feature.name)
        }
        for name in roles.ignored where !used.insert(name).inserted { throw .repeatedColumn(name) }
        if let weight = roles.weight, !used.insert(weight).inserted {
            throw .repeatedColumn(weight)
        }
        let order = try reader.names("prepared_order")
        if let order, order.count != features.count || Set(order) != Set(features.map(\.name)) {
            throw .preparedOrder
        }
        return TableSchema(
            features: features,
            label: label.column,
            labelValues: label.values,
            leavesOutUnlabeled: label.leavesOutMissing,
            labelPosition: features.count,
            preparedOrder: order,
            roles: roles
        )
    }

    private static func features(
        _ value: JSONValue
    ) throws(SchemaDocumentError) -> [Feature] {
        guard case .array(let elements) = value else {
            throw .value(key: "features", place: "the schema", expected: "a list of objects")
        }
        guard (1...TableLimits.featureCountMax).contains(elements.count) else {
            throw .featureCount(elements.count, limit: TableLimits.featureCountMax)
        }
        var features: [Feature] = []
        for (index, element) in elements.enumerated() {
            features.append(try SchemaFeature.read(element, index: index))
        }
        return features
    }

    private static func roles(
        _ reader: SchemaMembers
    ) throws(SchemaDocumentError) -> ColumnRoles {
        var roles = ColumnRoles()
        roles.ignored = try reader.names("ignore") ?? []
        roles.weight = try reader.text("weight")
        roles.time = try reader.text("time")
        roles.group = try reader.text("group")
        roles.protected = try reader.names("protected") ?? []
        return roles
    }
}
