// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

typealias SchemaMembers = DocumentMembers<SchemaDocumentError>

// What the values of a schema are.
extension DocumentMembers where Failure == SchemaDocumentError {
    /// Names and other texts of a list.
    private static var textsMax: Int { TableLimits.categoryCountMax }
    /// Bytes of a name of a column.
    private static var nameBytesMax: Int { 4_096 }

    /// The name of a column, or another short text.
    func text(_ key: String) throws(SchemaDocumentError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.text, Self.isName(text) else {
            throw problem(key, "a text that is not empty")
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
        let problem = problem(key, "a list of at most \(Self.textsMax) different texts")
        guard case .array(let elements) = value, elements.count <= Self.textsMax else {
            throw problem
        }
        let names = elements.compactMap(\.text).filter(Self.isName)
        guard names.count == elements.count, Set(names).count == names.count else { throw problem }
        return names
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= nameBytesMax
    }
}
