// SPDX-License-Identifier: Apache-2.0

extension FittedFeature {
    /// The prepared columns of raw numbers, in order.
    /// - Precondition: a table holds the feature as numbers.
    func columns(of values: [Float]) -> [[Float]] {
        var values = values
        switch self {
        case .impute(let step):
            for row in values.indices { values[row] = step.prepare(values[row]) }
        case .power(let step): for row in values.indices { values[row] = step.prepare(values[row]) }
        case .number(let step):
            for row in values.indices { values[row] = step.prepare(values[row]) }
        case .unchanged: break
        case .date(let step):
            return step.parts.map { part in values.map { FittedDate.value(part, of: $0) } }
        case .oneHot, .codes: preconditionFailure("a category column holds codes, not numbers")
        }
        return [values]
    }

    /// The exact functions from a cell that travels as a number to its prepared columns, in order;
    /// nil for a category that travels as a code.
    package var functions: [@Sendable (Float) -> Float]? {
        switch self {
        case .impute(let step): [{ step.prepare($0) }]
        case .power(let step): [{ step.prepare($0) }]
        case .number(let step): [{ step.prepare($0) }]
        case .unchanged, .codes: [{ $0 }]
        case .date(let step):
            step.parts.map { part in { FittedDate.value(part, of: $0) } }
        case .oneHot(let step):
            carrier == .code
                ? nil : step.categories.indices.map { code in { $0 == Float(code) ? 1 : 0 } }
        }
    }
}

extension FittedFeature {
    /// Fits a column that a table holds as numbers.
    /// - Throws: `PreprocessorError` if no value is there.
    init(_ feature: Feature, fitting values: [Float]) throws(PreprocessorError) {
        let name = feature.name
        switch feature.preparation {
        case .number(.median, .none):
            self = .impute(try MedianImputer(feature: name, fitting: values))
        case .number(.left, .yeoJohnson):
            self = .power(try PowerTransform(feature: name, fitting: values))
        case .number(.left, .none), .boolean(.left):
            self = .unchanged(try UnchangedNumber(feature: name, fitting: values))
        case .number(let missing, let transform):
            self = .number(
                try FittedNumber(
                    feature: name,
                    missing: missing,
                    transform: transform,
                    fitting: values
                )
            )
        case .boolean(let missing):
            self = .number(
                try FittedNumber(
                    feature: name,
                    missing: missing,
                    transform: .none,
                    fitting: values
                )
            )
        case .date(let parts):
            self = .date(try FittedDate(feature: name, parts: parts, fitting: values))
        case .category: preconditionFailure("a category column holds codes, not numbers")
        }
    }

    /// Fits a column of categories.
    /// - Throws: `PreprocessorError` if no category is there.
    init(
        _ feature: Feature,
        fitting codes: [UInt16],
        vocabulary: [String]
    ) throws(PreprocessorError) {
        guard case .category(let encoding) = feature.preparation else {
            preconditionFailure("a column of numbers has no codes")
        }
        let name = feature.name
        switch encoding {
        case .oneHot:
            self = .oneHot(
                try OneHotEncoder(
                    feature: name,
                    fitting: codes,
                    vocabulary: vocabulary,
                    rareBelow: feature.rareBelow
                )
            )
        case .ordinal(let order):
            self = .codes(
                try CategoryCodes(
                    feature: name,
                    order: order,
                    isNative: false,
                    fitting: codes,
                    vocabulary: vocabulary,
                    rareBelow: feature.rareBelow
                )
            )
        case .native:
            self = .codes(
                try CategoryCodes(
                    feature: name,
                    order: [],
                    isNative: true,
                    fitting: codes,
                    vocabulary: vocabulary,
                    rareBelow: feature.rareBelow
                )
            )
        }
    }
}
