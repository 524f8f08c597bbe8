// SPDX-License-Identifier: Apache-2.0

/// One column of 0 and 1 per category of the training part. A category that is missing, or was not
/// seen in training, is zero in all of them.
package struct OneHotEncoder: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    private let list: CategoryList

    /// The categories, unique and sorted by their UTF-8 bytes; last the one of rare categories, if
    /// any are gathered.
    package var categories: [String] { list.names }
    /// The rare categories that the last one stands for.
    package var rareCategories: [String] { list.rare }

    /// Takes known categories.
    /// - Throws: `PreprocessorError` if they are too many, too long, or not unique and ascending.
    package init(
        feature: String,
        categories: [String],
        rare: [String] = []
    ) throws(PreprocessorError) {
        let sorted = rare.isEmpty ? categories[...] : categories.dropLast()
        for (left, right) in zip(sorted, sorted.dropFirst())
        where !left.utf8.lexicographicallyPrecedes(right.utf8) {
            throw .categoryOrder(feature: feature)
        }
        list = try CategoryList(
            categories,
            rare: rare,
            of: feature,
            countMax: TableLimits.oneHotCategoriesMax
        )
        self.feature = feature
    }

    /// Learns the categories that occur among `codes`.
    /// - Parameter rareBelow: those with a smaller share of the codes are gathered.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(
        feature: String,
        fitting codes: [UInt16],
        vocabulary: [String],
        rareBelow: Double? = nil
    ) throws(PreprocessorError) {
        let seen = CategoryList.seen(codes, vocabulary, rareBelow: rareBelow)
        guard !seen.names.isEmpty else { throw .noValues(feature: feature) }
        try self.init(feature: feature, categories: seen.names, rare: seen.rare)
    }

    /// Maps the codes of a table with another vocabulary to indices into `categories`.
    /// - Returns: an entry for each code of the table and one more, for a missing category;
    ///   `CategoryColumn.missing` for what was not seen in training.
    package func indices(of vocabulary: [String]) -> [UInt16] {
        list.codes(of: vocabulary).map { $0.map { UInt16($0) } ?? CategoryColumn.missing }
    }

    /// The position of a category, or nil if it was not seen in training.
    package func index(of name: String) -> Int? { list.index(of: name) }
}
