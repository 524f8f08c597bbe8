// SPDX-License-Identifier: Apache-2.0

/// What was learned about one raw column.
package enum FittedFeature: Sendable, Equatable {
    /// Missing numbers become the median.
    case impute(MedianImputer)
    /// Numbers are transformed and standardized.
    case power(PowerTransform)
    /// Numbers stay as they are.
    case unchanged(UnchangedNumber)
    /// Missing numbers are replaced in another way, or numbers transformed in another.
    case number(FittedNumber)
    /// A date becomes a number for each of its parts.
    case date(FittedDate)
    /// A category becomes a row of 0 and 1.
    case oneHot(OneHotEncoder)
    /// A category becomes its code.
    case codes(CategoryCodes)

    /// Name of the raw column.
    package var name: String {
        switch self {
        case .impute(let step): step.feature
        case .power(let step): step.feature
        case .unchanged(let step): step.feature
        case .number(let step): step.feature
        case .date(let step): step.feature
        case .oneHot(let step): step.feature
        case .codes(let step): step.feature
        }
    }

    /// The matrix in which raw cells reach the model: a category of many names, or one that a
    /// model takes by its code, is a number.
    package var carrier: Feature.Carrier {
        guard case .oneHot(let step) = self else { return .number }
        return Feature(name, .oneHot, .none).carrier(categoryCount: step.categories.count)
    }

    /// The categories, in the order of their codes; none of another kind.
    package var categories: [String] {
        switch self {
        case .impute, .power, .unchanged, .number, .date: []
        case .oneHot(let step): step.categories
        case .codes(let step): step.categories
        }
    }

    /// The rare categories that the last one stands for; none where none are gathered.
    package var rareCategories: [String] {
        switch self {
        case .impute, .power, .unchanged, .number, .date: []
        case .oneHot(let step): step.rareCategories
        case .codes(let step): step.rareCategories
        }
    }

    /// Where the training values of a number lie; nil for a category and in older artifacts.
    package var range: TrainingRange? {
        switch self {
        case .impute(let step): step.range
        case .power(let step): step.range
        case .unchanged(let step): step.range
        case .number(let step): step.range
        case .date(let step): step.range
        case .oneHot, .codes: nil
        }
    }

    /// What a missing number becomes; nil where missing stays missing.
    package var median: Double? {
        switch self {
        case .impute(let step): step.median
        case .number(let step): step.fill
        case .power, .unchanged, .date, .oneHot, .codes: nil
        }
    }

    /// Names of the prepared columns, as scikit-learn forms them.
    package var columnNames: [String] {
        switch self {
        case .impute, .power, .unchanged, .number, .codes: [name]
        case .date(let step): step.parts.map { "\(name)_\($0.rawValue)" }
        case .oneHot(let step): step.categories.map { "\(name)_\($0)" }
        }
    }

    /// Number of prepared columns.
    package var columnCount: Int {
        switch self {
        case .impute, .power, .unchanged, .number, .codes: 1
        case .date(let step): step.parts.count
        case .oneHot(let step): step.categories.count
        }
    }

    /// Whether this is a step that `feature` asks for.
    func matches(_ feature: Feature) -> Bool {
        matches(feature.preparation) && (feature.rareBelow != nil || rareCategories.isEmpty)
    }

    /// Whether a profile is one of such a column.
    func fits(_ profile: ColumnProfile) -> Bool {
        switch profile.bins {
        case .numbers: categories.isEmpty
        case .categories(_, let categoryCount): categoryCount == categories.count
        }
    }

    private func matches(_ preparation: Feature.Preparation) -> Bool {
        switch (self, preparation) {
        case (.impute, .number(.median, .none)), (.power, .number(.left, .yeoJohnson)),
            (.unchanged, .number(.left, .none)), (.unchanged, .boolean(.left)),
            (.oneHot, .category(.oneHot)):
            true
        case (.number(let step), .number(let missing, let transform)):
            step.missing == missing && step.transform == transform
        case (.number(let step), .boolean(let missing)):
            step.missing == missing && step.transform == .none
        case (.date(let step), .date(let parts)): step.parts == parts
        case (.codes(let step), .category(let encoding)): step.encoding == encoding
        case (.impute, _), (.power, _), (.unchanged, _), (.number, _), (.date, _), (.oneHot, _),
            (.codes, _):
            false
        }
    }
}
