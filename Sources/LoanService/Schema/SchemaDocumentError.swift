// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// Why a document is no schema. A place is the document, or one of its features.
package enum SchemaDocumentError: Error, Equatable {
    /// The document has more bytes than this.
    case tooLong(limit: Int)
    /// It is not JSON: what and where.
    case notJSON(String)
    /// A key that means nothing there; those that do.
    case unknownKey(String, place: String, known: [String])
    /// A key is there twice.
    case repeatedKey(String, place: String)
    case missingKey(String, place: String)
    /// The value of a key is not what is expected.
    case value(key: String, place: String, expected: String)
    /// Two features, or the label and a feature, have one column.
    case repeatedColumn(String)
    /// The order of the prepared columns does not name every feature once.
    case preparedOrder
    /// More features than there may be, or none.
    case featureCount(Int, limit: Int)
}

extension SchemaDocumentError: DocumentError {
    static func noObject(place: String) -> Self {
        .value(key: place, place: "the schema", expected: "an object")
    }
}

extension SchemaDocumentError: CustomStringConvertible {
    /// What is wrong where, and what would be right: a sentence without its end.
    package var description: String {
        switch self {
        case .tooLong(let limit): "the schema is longer than \(limit) bytes"
        case .notJSON(let problem): "the schema is not JSON: \(problem)"
        case .unknownKey(let key, let place, let known):
            "\(place): there is no key '\(key)'; there are \(known.joined(separator: ", "))"
        case .repeatedKey(let key, let place): "\(place): the key '\(key)' is there twice"
        case .missingKey(let key, let place): "\(place): the key '\(key)' is missing"
        case .value(let key, let place, let expected): "\(place): '\(key)' must be \(expected)"
        case .repeatedColumn(let name): "the column \(name) has more than one use"
        case .preparedOrder: "'prepared_order' must name every feature once"
        case .featureCount(let count, let limit):
            "the schema has \(count) features; there must be 1 to \(limit)"
        }
    }
}
