// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// Why a document that people write is refused. A place is the document, or a part of it.
protocol DocumentError: Error {
    /// A part is no object.
    static func noObject(place: String) -> Self
    /// A key that means nothing there; those that do.
    static func unknownKey(_ key: String, place: String, known: [String]) -> Self
    /// A key is there twice.
    static func repeatedKey(_ key: String, place: String) -> Self
    /// A key that is needed is absent.
    static func missingKey(_ key: String, place: String) -> Self
    /// The value of a key is not what is expected.
    static func value(key: String, place: String, expected: String) -> Self
}

/// The members of one object of a document: each known and there once.
struct DocumentMembers<Failure: DocumentError> {
    private let object: JSONObject
    let place: String

    init(_ value: JSONValue, at place: String, keys: [String]) throws(Failure) {
        guard let object = value.object else { throw .noObject(place: place) }
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

    func required(_ key: String) throws(Failure) -> JSONValue {
        guard let value = self[key] else { throw .missingKey(key, place: place) }
        return value
    }

    /// One of some words; nil where the key is absent.
    func choice(_ key: String, of words: [String]) throws(Failure) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.text, words.contains(text) else {
            throw problem(key, words.joined(separator: " or "))
        }
        return text
    }

    func problem(_ key: String, _ expected: String) -> Failure {
        .value(key: key, place: place, expected: expected)
    }
}
