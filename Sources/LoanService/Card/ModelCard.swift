// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What is known of one generation of a model, for those who must judge it: made of what its
/// training computed. `docs/card.md` describes it for its readers.
///
/// The document is what is stored; Markdown is made of it alone, so that both say the same.
package struct ModelCard: Sendable, Equatable {
    /// The form of the document that is written and read.
    package static let version = 1
    /// The longest document that is read, in bytes.
    package static let bytesMax = 8 << 20
    static let place = "the card"
    static let versionKey = "card_version"
    /// What each card has, and is an object.
    private static let parts = ["model", "data", "policy", "figures"]
    /// What each card has, and is a list.
    private static let lists = ["constraints", "fairness", "limits"]

    /// The document.
    package private(set) var json: JSONObject

    /// A card of these parts.
    init(_ parts: [(name: String, value: JSONValue)]) {
        json = JSONObject([(Self.versionKey, .integer(Self.version))] + parts)
    }

    /// Reads a stored card. Keys of a newer release with the same form are kept.
    package init(reading bytes: [UInt8]) throws(ModelCardError) {
        guard bytes.count <= Self.bytesMax else {
            throw .tooLong(place: Self.place, limit: Self.bytesMax)
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .notJSON(place: Self.place, problem: "\(error)")
        }
        guard let object = value.object else { throw .noObject(place: Self.place) }
        guard let found = object[Self.versionKey] else {
            throw .missingKey(Self.versionKey, place: Self.place)
        }
        guard case .number(let number) = found, let version = Int(exactly: number.value) else {
            throw .value(key: Self.versionKey, place: Self.place, expected: "a whole number")
        }
        guard version == Self.version else {
            throw .version(found: version, known: Self.version)
        }
        try Self.check(object)
        json = object
    }

    private static func check(_ object: JSONObject) throws(ModelCardError) {
        for name in parts {
            guard let part = object[name] else { throw .missingKey(name, place: place) }
            guard part.object != nil else {
                throw .value(key: name, place: place, expected: "an object")
            }
        }
        for name in lists {
            guard let part = object[name] else { throw .missingKey(name, place: place) }
            guard case .array = part else {
                throw .value(key: name, place: place, expected: "a list")
            }
        }
    }

    /// The same card in a generation that differs from the one it was made for in its policy alone.
    func withLaterPolicy(digest: String, isStandard: Bool) -> ModelCard {
        let key = "later_policy"
        let later = JSONValue.members([
            "digest": .string(digest), "is_standard": .bool(isStandard),
        ])
        var card = self
        let others = json.members.filter { $0.name != key }
        let own = json["policy"]?.object
        let isOwn = own?["digest"] == .string(digest) && own?["is_standard"] == .bool(isStandard)
        card.json = JSONObject(isOwn ? others : others + [(key, later)])
        return card
    }

    /// The document as it is stored: a part a line, so that equal cards have equal bytes.
    package var text: [UInt8] {
        let lines = json.members.map { name, value in
            "  " + Self.text(.string(name)) + ": " + Self.text(value)
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.serialized, as: UTF8.self)
    }
}
