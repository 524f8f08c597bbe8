// SPDX-License-Identifier: Apache-2.0

/// One column that holds the code of a category. A category that is missing, or is none of those
/// known, is missing.
package struct CategoryCodes: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// Whether XGBoost splits on the codes as sets of categories, not as numbers.
    package let isNative: Bool
    /// Whether the order of the codes is the schema's, and not that of the categories' bytes.
    package let isOrdered: Bool
    private let list: CategoryList

    /// The categories, unique, in the order of their codes; last the one of rare categories, if any
    /// are gathered.
    package var categories: [String] { list.names }
    /// The rare categories that the last one stands for.
    package var rareCategories: [String] { list.rare }

    /// Takes known categories.
    /// - Throws: `PreprocessorError` if there is none, or they are too many, too long, or not
    ///   unique.
    package init(
        feature: String,
        categories: [String],
        rare: [String] = [],
        isNative: Bool,
        isOrdered: Bool
    ) throws(PreprocessorError) {
        guard !categories.isEmpty else { throw .noValues(feature: feature) }
        list = try CategoryList(
            categories,
            rare: rare,
            of: feature,
            countMax: TableLimits.categoryCountMax
        )
        self.feature = feature
        self.isNative = isNative
        self.isOrdered = isOrdered
    }

    /// Learns the categories that occur among `codes`, or takes those of the order.
    /// - Parameter rareBelow: those with a smaller share of the codes are gathered, without an
    ///   order.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(
        feature: String,
        order: [String],
        isNative: Bool,
        fitting codes: [UInt16],
        vocabulary: [String],
        rareBelow: Double? = nil
    ) throws(PreprocessorError) {
        let seen = CategoryList.seen(codes, vocabulary, rareBelow: rareBelow)
        guard !seen.names.isEmpty else { throw .noValues(feature: feature) }
        try self.init(
            feature: feature,
            categories: order.isEmpty ? seen.names : order,
            rare: order.isEmpty ? seen.rare : [],
            isNative: isNative,
            isOrdered: !order.isEmpty
        )
    }

    /// How the schema asks for this step.
    package var encoding: Feature.Encoding {
        isNative ? .native : .ordinal(order: isOrdered ? categories : [])
    }

    /// Maps the codes of a table with another vocabulary to prepared values.
    /// - Returns: an entry for each code of the table and one more, for a missing category.
    package func values(of vocabulary: [String]) -> [Float] {
        list.codes(of: vocabulary).map { $0.map { Float($0) } ?? .nan }
    }
}
