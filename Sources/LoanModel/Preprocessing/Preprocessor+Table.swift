// SPDX-License-Identifier: Apache-2.0

extension Preprocessor {
    /// Fits to all rows of a table.
    /// - Throws: `PreprocessorError` if a column has no value to learn from.
    package init(fitting table: Table) throws(PreprocessorError) {
        var features: [FittedFeature] = []
        for index in table.schema.preparedOrder {
            let feature = table.schema.features[index]
            switch table.columns[index] {
            case .numbers(let values): features.append(try .init(feature, fitting: values))
            case .categories(let column):
                features.append(
                    try .init(feature, fitting: column.codes, vocabulary: column.vocabulary)
                )
            }
        }
        try self.init(schema: table.schema, features: features)
    }

    /// The prepared columns of a table, in order; each as long as the table.
    /// - Throws: `PreprocessorError.schema` if the table has other features.
    package func transform(_ table: Table) throws(PreprocessorError) -> [[Float]] {
        guard table.schema == schema else { throw .schema }
        return steps.flatMap { step in
            switch (table.columns[step.feature], step.fitted) {
            case (.numbers(var values), .impute), (.numbers(var values), .power),
                (.numbers(var values), .unchanged):
                step.fitted.prepare(&values)
                return [values]
            case (.categories(let column), .oneHot(let encoder)):
                let map = encoder.indices(of: column.vocabulary)
                return encoder.categories.indices.map { index in
                    column.codes.map { map[Int($0)] == UInt8(index) ? 1 : 0 }
                }
            case (.numbers, .oneHot), (.categories, .impute), (.categories, .power),
                (.categories, .unchanged):
                preconditionFailure("tables and preprocessors agree with their schema")
            }
        }
    }
}

extension FittedFeature {
    /// Fits a number column.
    /// - Throws: `PreprocessorError` if no value is there.
    init(_ feature: Feature, fitting values: [Float]) throws(PreprocessorError) {
        switch feature.preparation {
        case .imputeMedian:
            self = .impute(try MedianImputer(feature: feature.name, fitting: values))
        case .powerTransform:
            self = .power(try PowerTransform(feature: feature.name, fitting: values))
        case .unchanged:
            self = .unchanged(try UnchangedNumber(feature: feature.name, fitting: values))
        case .oneHot: preconditionFailure("a category column holds codes, not numbers")
        }
    }

    /// Fits a category column.
    /// - Throws: `PreprocessorError` if no category is there.
    init(
        _ feature: Feature,
        fitting codes: [UInt8],
        vocabulary: [String]
    ) throws(PreprocessorError) {
        self = .oneHot(
            try OneHotEncoder(feature: feature.name, fitting: codes, vocabulary: vocabulary)
        )
    }
}
