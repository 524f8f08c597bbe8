// SPDX-License-Identifier: Apache-2.0

/// What was learned about one raw column.
package enum FittedFeature: Sendable, Equatable {
    /// Missing numbers become the median.
    case impute(MedianImputer)
    /// Numbers are transformed and standardized.
    case power(PowerTransform)
    /// A category becomes a row of 0 and 1.
    case oneHot(OneHotEncoder)
    /// Numbers stay as they are.
    case unchanged(UnchangedNumber)

    /// Name of the raw column.
    package var name: String {
        switch self {
        case .impute(let step): step.feature
        case .power(let step): step.feature
        case .oneHot(let step): step.feature
        case .unchanged(let step): step.feature
        }
    }

    /// Where the training values of a number lie; nil for a category and in older artifacts.
    package var range: TrainingRange? {
        switch self {
        case .impute(let step): step.range
        case .power(let step): step.range
        case .unchanged(let step): step.range
        case .oneHot: nil
        }
    }

    /// What a missing number becomes; nil where missing stays missing.
    package var median: Double? {
        switch self {
        case .impute(let step): step.median
        case .power, .oneHot, .unchanged: nil
        }
    }

    /// How the schema calls this step.
    package var preparation: Feature.Preparation {
        switch self {
        case .impute: .imputeMedian
        case .power: .powerTransform
        case .oneHot: .oneHot
        case .unchanged: .unchanged
        }
    }

    /// Names of the prepared columns, as scikit-learn forms them.
    package var columnNames: [String] {
        switch self {
        case .impute, .power, .unchanged: [name]
        case .oneHot(let step): step.categories.map { "\(name)_\($0)" }
        }
    }

    /// The exact function from a raw number to its prepared value; nil for a category.
    package var prepare: (@Sendable (Float) -> Float)? {
        switch self {
        case .impute(let step): { step.prepare($0) }
        case .power(let step): { step.prepare($0) }
        case .unchanged: { $0 }
        case .oneHot: nil
        }
    }

    /// Prepares raw numbers in place.
    /// - Precondition: the feature is a number.
    package func prepare(_ values: inout [Float]) {
        switch self {
        case .impute(let step):
            for row in values.indices { values[row] = step.prepare(values[row]) }
        case .power(let step): for row in values.indices { values[row] = step.prepare(values[row]) }
        case .unchanged: break
        case .oneHot: preconditionFailure("a category column holds codes, not numbers")
        }
    }
}
