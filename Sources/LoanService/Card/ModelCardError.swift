// SPDX-License-Identifier: Apache-2.0

/// Why a document is no model card, or none of the texts that people write for one. A place is the
/// document, or a part of it.
package enum ModelCardError: Error, Equatable {
    /// The document has more bytes than this.
    case tooLong(place: String, limit: Int)
    /// It is not JSON: what and where.
    case notJSON(place: String, problem: String)
    /// A key that means nothing there; those that do.
    case unknownKey(String, place: String, known: [String])
    /// A key is there twice.
    case repeatedKey(String, place: String)
    case missingKey(String, place: String)
    /// The value of a key is not what is expected.
    case value(key: String, place: String, expected: String)
    /// The value of a part is not what is expected.
    case part(place: String, expected: String)
    /// A form of the card that is not read here.
    case version(found: Int, known: Int)
}

extension ModelCardError: DocumentError {
    static func noObject(place: String) -> Self { .part(place: place, expected: "an object") }
}

extension ModelCardError: CustomStringConvertible {
    /// What is wrong where, and what would be right: a sentence without its end.
    package var description: String {
        switch self {
        case .tooLong(let place, let limit): "\(place) is longer than \(limit) bytes"
        case .notJSON(let place, let problem): "\(place) is not JSON: \(problem)"
        case .unknownKey(let key, let place, let known):
            "\(place): there is no key '\(key)'; there are \(known.joined(separator: ", "))"
        case .repeatedKey(let key, let place): "\(place): the key '\(key)' is there twice"
        case .missingKey(let key, let place): "\(place): the key '\(key)' is missing"
        case .value(let key, let place, let expected): "\(place): '\(key)' must be \(expected)"
        case .part(let place, let expected): "\(place) must be \(expected)"
        case .version(let found, let known):
            "the card has the form \(found); this release reads the form \(known)"
        }
    }
}
