// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// The members of one object of a schema document: each known and there once.
struct SchemaMembers {
    /// Names and other texts of a list.
    private static let textsMax = TableLimits.categoryCountMax
    /// Bytes of a name of a column.
    private static let nameBytesMax = 4_096

    private let object: JSONObject
    let place: String

    init(
        _ value: JSONValue,
        at place: String,
        keys: [String]
    ) throws(SchemaDocumentError) {
        guard let object = value.object else {
            throw .value(key: place, place: "the schema", expected: "an object")
        }
        var seen: Set<String> = []
        for (name, _) in object.members {
            guard keys.contains(name) else {
                throw .unknownKey(String(name.prefix(64)), place: place, known: keys)
            }
            guard seen.insert(name).inserted else { throw .repeatedKey(name, place: place) }
        }
        self.object = object
        self.place = place
    }

    /// The value of a key; nil where it is absent or null.
    subscript(key: String) -> JSONValue? {
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    func required(_ key: String) throws(SchemaDocumentError) -> JSONValue {
        guard let value = self[key] else { throw .missingKey(key, place: place) }
        return value
    }

    /// The name of a column, or another short text.
    func text(_ key: String) throws(SchemaDocumentError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.text, Self.isName(text) else {
            throw .value(key: key, place: place, expected: "a text that is not empty")
        }
        return text
    }

    func requiredText(_ key: String) throws(SchemaDocumentError) -> String {
        guard let text = try text(key) else { throw .missingKey(key, place: place) }
        return text
    }

    /// A list of different texts.
    func names(_ key: String) throws(SchemaDocumentError) -> [String]? {
        guard let value = self[key] else { return nil }
        let problem = SchemaDocumentError.value(
            key: key,
            place: place,
            expected: "a list of at most \(Self.textsMax) different texts"
        )
        guard case .array(let elements) = value, elements.count <= Self.textsMax else {
            throw problem
        }
        let names = elements.compactMap(\.text).filter(Self.isName)
        guard names.count == elements.count, Set(names).count == names.count else { throw problem }
        return names
    }

    /// One of some words; nil where the key is absent.
    func choice(_ key: String, of words: [String]) throws(SchemaDocumentError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.text, words.contains(text) else {
            throw .value(key: key, place: place, expected: words.joined(separator: " or "))
        }
        return text
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= nameBytesMax
    }
}
