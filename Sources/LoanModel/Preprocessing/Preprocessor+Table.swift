// SPDX-License-Identifier: Apache-2.0

extension Preprocessor {
    /// Fits to all rows of a table.
    /// - Throws: `PreprocessorError` if a column has no value to learn from.
    package init(fitting table: Table) throws(PreprocessorError) {
        var features: [FittedFeature] = []
        var profiles: [ColumnProfile] = []
        for index in table.schema.preparedOrder {
            let feature = table.schema.features[index]
            switch table.columns[index] {
            case .numbers(let values):
                features.append(try .init(feature, fitting: values))
                profiles.append(ColumnProfile(fitting: values))
            case .categories(let column):
                let (codes, vocabulary) = (column.codes, column.vocabulary)
                let fitted = try FittedFeature(feature, fitting: codes, vocabulary: vocabulary)
                features.append(fitted)
                profiles.append(ColumnProfile(fitting: codes, vocabulary: vocabulary, fitted))
            }
        }
        try self.init(schema: table.schema, features: features, profiles: profiles)
    }

    /// The prepared columns of a table, in order; each as long as the table.
    /// - Throws: `PreprocessorError.schema` if the table has other features.
    package func transform(_ table: Table) throws(PreprocessorError) -> [[Float]] {
        guard table.schema == schema else { throw .schema }
        return steps.flatMap { step in
            switch table.columns[step.feature] {
            case .numbers(let values): step.fitted.columns(of: values)
            case .categories(let column):
                PreparedCategories(step.fitted, column.vocabulary).cells(of: column.codes).columns
            }
        }
    }
}
