// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Protobuf

/// The categories that a model knows, and their codes in a batch.
public struct ModelVocabulary: Sendable, Equatable {
    /// The code of a category that the model does not know.
    public static let unlisted: UInt8 = 254
    /// The code of a missing value.
    public static let missing: UInt8 = 255

    private let categories: [CategoricalColumn: [String]]

    /// The categories of a column, in the order of their codes.
    public subscript(_ column: CategoricalColumn) -> [String] { categories[column] ?? [] }

    /// The codes of values; nil is a missing value.
    public func codes(_ column: CategoricalColumn, _ values: [String?]) -> [UInt8] {
        let known = self[column]
        return values.map { value in
            guard let value else { return Self.missing }
            return known.firstIndex(of: value).map { UInt8(clamping: $0) } ?? Self.unlisted
        }
    }

    /// Decodes the answer of ServerInfo.
    init(decoding bytes: [UInt8], of model: String) throws(RPCStatus) {
        let description: ServerDescription
        do throws(MessageError) {
            description = try ServerDescription(decoding: bytes)
        } catch {
            throw RPCStatus(.internal, error.description)
        }
        guard let described = description.models.first else {
            throw RPCStatus(.notFound, "the server does not describe the model \(model)")
        }
        var categories: [CategoricalColumn: [String]] = [:]
        for feature in described.features {
            guard let column = CategoricalColumn(rawValue: feature.name) else { continue }
            categories[column] = feature.categories
        }
        self.categories = categories
    }
}
