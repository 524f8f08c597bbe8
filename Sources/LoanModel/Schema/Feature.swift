// SPDX-License-Identifier: Apache-2.0

/// A raw column of an application: what it holds and how it becomes model input.
package struct Feature: Sendable, Hashable {
    /// What the cells of a raw column are.
    package enum Kind: Sendable, Hashable {
        /// A float32; NaN stands for a missing value.
        case number
        /// One of a small vocabulary of names; may be missing.
        case category
    }

    /// What preprocessing does to the column.
    package enum Preparation: Sendable, Hashable {
        /// A missing value becomes the median of the training part.
        case imputeMedian
        /// Yeo-Johnson power transform, then standardization; missing stays missing.
        case powerTransform
        /// One column of 0 and 1 per category; unknown and missing are all zeros.
        case oneHot
        /// A number as it is; missing stays missing.
        case unchanged
    }

    /// Name of the column in the CSV header and in JSON records.
    package let name: String
    /// How the column becomes model input.
    package let preparation: Preparation
    /// The noise that a repeated row receives when a table is expanded.
    package let perturbation: Perturbation

    /// What the cells are; follows from the preparation.
    package var kind: Kind {
        switch preparation {
        case .imputeMedian, .powerTransform, .unchanged: .number
        case .oneHot: .category
        }
    }

    /// Describes one raw column.
    package init(_ name: String, _ preparation: Preparation, _ perturbation: Perturbation) {
        self.name = name
        self.preparation = preparation
        self.perturbation = perturbation
    }
}
