// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What people say of a model on its card: named texts, and the only part of a card that is not
/// computed.
package struct CardFields: Sendable, Equatable {
    /// A text that a card has room for.
    package enum Name: String, CaseIterable, Sendable {
        /// What the model is for.
        case purpose
        /// Who answers for it.
        case owner
        /// Who may use it.
        case audience
        /// Which applicants it is made for.
        case population
        /// What it must not be used for.
        case outOfScope = "out_of_scope"
        /// What is known to be wrong with it.
        case limitations
        /// Who reviewed it, and how it is watched.
        case review
        /// Whom to ask.
        case contact
        /// Anything else.
        case notes
    }

    /// Bytes of a text.
    package static let textBytesMax = 4_096
    /// Bytes of the document that holds them.
    package static let documentBytesMax = 64 << 10
    static let place = "the card"

    /// The texts that are given.
    package let texts: [Name: String]

    /// Texts by their names.
    package init(_ texts: [Name: String] = [:]) { self.texts = texts }

    /// Reads the bytes of a document: an object of texts by their names.
    package static func read(_ bytes: [UInt8]) throws(ModelCardError) -> CardFields {
        guard bytes.count <= documentBytesMax else {
            throw .tooLong(place: place, limit: documentBytesMax)
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .notJSON(place: place, problem: "\(error)")
        }
        return try read(value)
    }

    /// Reads a document that is part of another one.
    package static func read(_ value: JSONValue) throws(ModelCardError) -> CardFields {
        let members = try DocumentMembers<ModelCardError>(
            value,
            at: place,
            keys: Name.allCases.map(\.rawValue)
        )
        var texts: [Name: String] = [:]
        for name in Name.allCases {
            guard let value = members[name.rawValue] else { continue }
            guard let text = value.text, isText(text) else {
                throw members.problem(name.rawValue, "a text of 1 to \(textBytesMax) bytes")
            }
            texts[name] = text
        }
        return CardFields(texts)
    }

    /// The document, in the order of the names.
    package var json: JSONValue {
        .object(
            JSONObject(
                Name.allCases.compactMap { name in texts[name].map { (name.rawValue, .string($0)) }
                }
            )
        )
    }

    /// Several lines are allowed, other control characters are not.
    private static func isText(_ text: String) -> Bool {
        let bytes = text.utf8
        return (1...textBytesMax).contains(bytes.count)
            && bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == UInt8(ascii: "\n") }
    }
}
