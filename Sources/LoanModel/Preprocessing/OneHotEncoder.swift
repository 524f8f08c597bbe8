// SPDX-License-Identifier: Apache-2.0

/// One column of 0 and 1 per category of the training part. A category that is missing, or was not
/// seen in training, is zero in all of them.
package struct OneHotEncoder: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// The categories, unique and sorted by their UTF-8 bytes.
    package let categories: [String]

    /// Takes known categories.
    /// - Throws: `PreprocessorError` if they are too many, too long, or not unique and ascending.
    package init(feature: String, categories: [String]) throws(PreprocessorError) {
        guard categories.count <= TableLimits.categoryCountMax else {
            throw .tooManyCategories(feature: feature, count: categories.count)
        }
        for name in categories where name.utf8.count > TableLimits.categoryBytesMax {
            throw .categoryTooLong(feature: feature, bytes: name.utf8.count)
        }
        for (left, right) in zip(categories, categories.dropFirst())
        where !left.utf8.lexicographicallyPrecedes(right.utf8) {
            throw .categoryOrder(feature: feature)
        }
        self.feature = feature
        self.categories = categories
    }

    /// Learns the categories that occur among `codes`.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(
        feature: String,
        fitting codes: [UInt8],
        vocabulary: [String]
    ) throws(PreprocessorError) {
        var isSeen = [Bool](repeating: false, count: 256)
        for code in codes { isSeen[Int(code)] = true }
        let seen = vocabulary.indices.filter { isSeen[$0] }.map { vocabulary[$0] }
        guard !seen.isEmpty else { throw .noValues(feature: feature) }
        try self.init(feature: feature, categories: seen)
    }

    /// Maps the codes of a table with another vocabulary to indices into `categories`.
    /// - Returns: 256 entries; `CategoryColumn.missing` for what was not seen in training.
    package func indices(of vocabulary: [String]) -> [UInt8] {
        var map = [UInt8](repeating: CategoryColumn.missing, count: 256)
        for (code, name) in vocabulary.enumerated() {
            if let index = index(of: name) { map[code] = UInt8(index) }
        }
        return map
    }

    /// The position of a category, or nil if it was not seen in training.
    package func index(of name: String) -> Int? {
        // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
        categories.firstIndex { $0.utf8.elementsEqual(name.utf8) }
    }
}
