// SPDX-License-Identifier: Apache-2.0

/// A raw column of an application: what it holds and how it becomes model input.
package struct Feature: Sendable, Hashable {
    /// What the cells of a raw column are.
    package enum Kind: Sendable, Hashable {
        /// A float32; NaN stands for a missing value.
        case number
        /// One of a vocabulary of names; may be missing.
        case category
        /// 0 or 1; NaN stands for a missing value.
        case boolean
        /// Days since 1970-01-01 as a float32; NaN stands for a missing value.
        case date
    }

    /// The matrix in which the cells of a raw column reach a model.
    package enum Carrier: Sendable, Hashable {
        /// float32; a category is its code, and NaN where it is missing or unknown.
        case number
        /// uint8: the codes of a category of few names.
        case code
    }

    /// Name of the column in the CSV header and in JSON records.
    package let name: String
    /// How the column becomes model input.
    package let preparation: Preparation
    /// The noise that a repeated row receives when a table is expanded.
    package let perturbation: Perturbation
    /// Categories with a smaller share of the rows to train on are gathered in one; nil: none are.
    /// In 0 ..< 1.
    package let rareBelow: Double?

    /// The most categories that a table may have of it.
    var categoriesMax: Int {
        preparation == .oneHot && rareBelow == nil
            ? TableLimits.oneHotCategoriesMax : TableLimits.categoryCountMax
    }

    /// What the cells are; follows from the preparation.
    package var kind: Kind {
        switch preparation {
        case .number: .number
        case .category: .category
        case .boolean: .boolean
        case .date: .date
        }
    }

    /// The matrix in which the cells reach a model that knows this number of categories: of a
    /// category that becomes few columns its code in a byte, of all others a number.
    package func carrier(categoryCount: Int) -> Carrier {
        preparation == .oneHot && categoryCount <= TableLimits.codedCategoriesMax ? .code : .number
    }

    /// Describes one raw column.
    package init(
        _ name: String,
        _ preparation: Preparation,
        _ perturbation: Perturbation,
        rareBelow: Double? = nil
    ) {
        self.rareBelow = rareBelow
        self.name = name
        self.preparation = preparation
        self.perturbation = perturbation
    }
}
