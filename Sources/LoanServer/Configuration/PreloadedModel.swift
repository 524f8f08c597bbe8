// SPDX-License-Identifier: Apache-2.0

package import Access
package import LoanService

/// A model that is served from the start, as one word: `NAME=MODEL_FOLDER,PREPROCESSOR_FOLDER`, or
/// `NAME=PLACE` for a model without a preprocessor of a folder of its own.
///
/// A folder is a path under the storage root, or `s3://BUCKET/PREFIX`. A place is the model's file,
/// or a folder with the model of that name or with one model. Callers of RPC and of the Open
/// Inference Protocol ask for the model by its name.
package struct PreloadedModel: Sendable, Equatable {
    /// Most models that are loaded at the start.
    package static let countMax = 64
    private static let option = "model"

    /// Where the model and its preprocessor lie.
    package let reference: ModelReference

    /// - Throws: `ConfigurationError` naming `--model` and what is wrong.
    package init(_ text: String) throws(ConfigurationError) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let places = (sides.last ?? "").split(separator: ",", omittingEmptySubsequences: false)
        guard sides.count == 2, places.count <= 2 else {
            throw Self.wrong(
                text,
                "is not NAME=MODEL_FOLDER,PREPROCESSOR_FOLDER or NAME=MODEL_FILE"
            )
        }
        let name = String(sides[0])
        guard (try? ModelName.validateVersioned(name)) != nil else {
            throw Self.wrong(text, "a name has 1 to 128 of A-Z a-z 0-9 . _ - and no leading dot")
        }
        let preprocessor = places.count == 2 && !places[1].isEmpty ? Self.place(places[1]) : nil
        guard let model = Self.place(places[0]),
            preprocessor != nil || places.count < 2 || places[1].isEmpty
        else {
            throw Self.wrong(text, "a folder or file is a path, or s3://BUCKET/PREFIX")
        }
        reference = ModelReference(
            model: model,
            name: name,
            preprocessor: preprocessor,
            takesOnlyModel: places.count == 1
        )
    }

    private init(_ reference: ModelReference) { self.reference = reference }

    /// Several of them, with blanks between.
    /// - Parameter iterations: those that count of each of them.
    /// - Throws: `ConfigurationError` for a wrong one, one name twice, or too many.
    package static func list(
        _ words: [String],
        iterations: ModelIterations = .best
    ) throws(ConfigurationError) -> [PreloadedModel] {
        var models: [PreloadedModel] = []
        for word in words.flatMap({ $0.split(whereSeparator: \.isWhitespace) }) {
            let model = try PreloadedModel(String(word))
            guard !models.contains(where: { $0.reference.name == model.reference.name }) else {
                throw wrong(String(word), "its name stands for another model already")
            }
            models.append(PreloadedModel(model.reference.with(iterations)))
        }
        guard models.count <= countMax else {
            throw .outOfRange(option: option, value: models.count, range: 0...countMax)
        }
        return models
    }

    /// A folder as options name it.
    static func place(_ text: Substring) -> StorageLocation? {
        let scheme = "s3://"
        guard text.hasPrefix(scheme) else {
            return text.isEmpty ? nil : .local(path: String(text))
        }
        let parts = text.dropFirst(scheme.count).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return .s3(bucket: String(parts[0]), key: String(parts[1]))
    }

    private static func wrong(_ text: String, _ reason: String) -> ConfigurationError {
        .unusable(option: option, value: text, reason: reason)
    }
}
