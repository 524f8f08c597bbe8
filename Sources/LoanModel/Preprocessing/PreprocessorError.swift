// SPDX-License-Identifier: Apache-2.0

/// Why a preprocessor cannot be fitted, or why stored parameters are not a preprocessor.
package enum PreprocessorError: Error, Equatable {
    /// The training part has no value in this column, so nothing can be learned from it.
    case noValues(feature: String)
    /// A fitted or stored parameter is infinite, not a number, or a scale is not positive.
    case parameter(feature: String, name: String)
    /// The features or their order are not the schema's.
    case features(expected: [String], found: [String])
    /// A stored step is not the one the schema asks for.
    case preparation(feature: String)
    /// More categories than the step may have.
    case tooManyCategories(feature: String, count: Int, limit: Int)
    /// A category is there twice.
    case categoryTwice(feature: String, category: String)
    /// More than `TableLimits.preparedColumnsMax` prepared columns.
    case tooManyColumns(count: Int)
    /// A category name is longer than `TableLimits.categoryBytesMax`.
    case categoryTooLong(feature: String, bytes: Int)
    /// The categories are not unique and ascending by their UTF-8 bytes.
    case categoryOrder(feature: String)
    /// A table to transform has another schema.
    case schema
}

extension PreprocessorError: CustomStringConvertible {
    /// What is wrong with which feature: a sentence without its end.
    package var description: String {
        switch self {
        case .noValues(let feature):
            "the column \(feature) has no value in the part to train on, so that nothing can be "
                + "learned from it"
        case .parameter(let feature, let name):
            "the \(name) of \(feature) is not a number that a preprocessor may have"
        case .features(let expected, let found):
            "the features are \(found.list), and must be \(expected.list), in this order"
        case .preparation(let feature):
            "\(feature) is not prepared in the way that its kind asks for"
        case .tooManyCategories(let feature, let count, let limit):
            "\(feature) has \(count) categories; at most \(limit) are allowed"
        case .categoryTwice(let feature, let category):
            "\(feature) has the category '\(category)' twice"
        case .tooManyColumns(let count):
            "the features become \(count) columns; at most \(TableLimits.preparedColumnsMax) are "
                + "allowed"
        case .categoryTooLong(let feature, let bytes):
            "a category of \(feature) has \(bytes) bytes; at most "
                + "\(TableLimits.categoryBytesMax) are allowed"
        case .categoryOrder(let feature):
            "the categories of \(feature) are not in ascending order, each once"
        case .schema: "the table has other columns than the preprocessor was fitted on"
        }
    }
}

extension [String] {
    /// The names, the first of many only.
    fileprivate var list: String {
        isEmpty ? "none" : prefix(32).joined(separator: ", ") + (count > 32 ? ", ..." : "")
    }
}
