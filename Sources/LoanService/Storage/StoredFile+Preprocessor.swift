// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import LoanModel

extension StoredFile {
    /// The name of the preprocessor that a stored model was trained with.
    package static func fittedName(ofModel name: String) -> String { ArtifactNames.fitted(name) }

    /// Lines that show the schema of the preprocessor that a stored model was trained with; nil
    /// where the files are not these two.
    package static func schema(ofModel model: [UInt8], fitted: [UInt8]) -> [String]? {
        guard let model = try? ModelArtifact(decoding: model),
            let preprocessor = try? PreprocessorArtifact.decode(fitted),
            model.preprocessorFingerprint == PreprocessorArtifact.fingerprint(of: preprocessor)
        else { return nil }
        return lines(of: preprocessor.schema)
    }

    static func lines(of preprocessor: Preprocessor) -> [String] {
        let fingerprint = PreprocessorArtifact.fingerprint(of: preprocessor)
        return ["preprocessor \(hexadecimal(fingerprint)), \(preprocessor.columnCount) columns"]
            + ["columns", "  " + preprocessor.columnNames.joined(separator: ", "), "steps"]
            + preprocessor.steps.map { "  \($0.fitted.name): \(words($0.fitted))" }
            + lines(of: preprocessor.schema)
    }

    private static func lines(of schema: TableSchema) -> [String] {
        ["schema"] + SchemaDocument.text(schema).split(separator: "\n").map { "  \($0)" }
    }

    private static func words(_ step: FittedFeature) -> String {
        switch step {
        case .impute(let fitted): "missing becomes the median \(fitted.median)"
        case .power(let fitted):
            "Yeo-Johnson lambda \(fitted.lambda), mean \(fitted.mean), scale \(fitted.scale)"
        case .oneHot(let fitted):
            "one column for each of " + fitted.categories.joined(separator: ", ")
                + words(rare: fitted.rareCategories)
        case .unchanged: "as it is"
        case .number(let fitted): words(fitted)
        case .date(let fitted):
            "a date as " + fitted.parts.map(\.rawValue).joined(separator: ", ")
        case .codes(let fitted):
            "the code of one of \(fitted.categories.count) categories"
                + (fitted.isNative ? ", which XGBoost splits on as sets" : "")
                + words(rare: fitted.rareCategories)
        }
    }

    private static func words(rare: [String]) -> String {
        rare.isEmpty ? "" : "; \(CategoryList.rareName) stands for each of \(rare.count)"
    }

    private static func words(_ number: FittedNumber) -> String {
        let filled = number.fill.map { "missing becomes \($0)" }
        let scaled: String? =
            switch number.scaling {
            case .none: nil
            case .standard(let mean, let scale): "standardized, mean \(mean), scale \(scale)"
            case .yeoJohnson(let lambda, let mean, let scale):
                "Yeo-Johnson lambda \(lambda), mean \(mean), scale \(scale)"
            }
        let words = [filled, scaled].compactMap(\.self)
        return words.isEmpty ? "as it is" : words.joined(separator: ", then ")
    }
}
