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
    /// More than `TableLimits.categoryCountMax` categories.
    case tooManyCategories(feature: String, count: Int)
    /// A category name is longer than `TableLimits.categoryBytesMax`.
    case categoryTooLong(feature: String, bytes: Int)
    /// The categories are not unique and ascending by their UTF-8 bytes.
    case categoryOrder(feature: String)
    /// A table to transform has another schema.
    case schema
}
