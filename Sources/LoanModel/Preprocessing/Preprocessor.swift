// SPDX-License-Identifier: Apache-2.0

/// Everything that was learned from the training part to turn raw columns into model input.
///
/// A value: one that is stored and read back equals the fitted one, and prepares bit for bit the
/// same numbers.
package struct Preprocessor: Sendable, Equatable {
    /// One raw column's step and where its prepared columns lie.
    package struct Step: Sendable, Equatable {
        /// Index of the raw feature in the schema.
        package let feature: Int
        /// What was learned.
        package let fitted: FittedFeature
        /// The positions of its columns in the prepared matrix.
        package let columns: Range<Int>
    }

    /// The raw features.
    package let schema: TableSchema
    /// The steps in the order of their prepared columns.
    package let steps: [Step]
    /// Number of prepared columns.
    package var columnCount: Int { steps.last?.columns.upperBound ?? 0 }
    /// Names of the prepared columns, in order.
    package var columnNames: [String] { steps.flatMap { $0.fitted.columnNames } }

    /// Puts fitted features together.
    /// - Parameters:
    ///   - schema: the raw features.
    ///   - features: one per raw feature, in the schema's prepared order.
    /// - Throws: `PreprocessorError` if they are not the steps the schema asks for.
    package init(
        schema: TableSchema,
        features: [FittedFeature]
    ) throws(PreprocessorError) {
        let expected = schema.preparedOrder.map { schema.features[$0].name }
        guard features.map(\.name) == expected else {
            throw .features(expected: expected, found: features.map(\.name))
        }
        var start = 0
        var steps: [Step] = []
        for (index, fitted) in zip(schema.preparedOrder, features) {
            guard fitted.preparation == schema.features[index].preparation else {
                throw .preparation(feature: fitted.name)
            }
            let columns = start..<(start + fitted.columnNames.count)
            steps.append(Step(feature: index, fitted: fitted, columns: columns))
            start = columns.upperBound
        }
        self.schema = schema
        self.steps = steps
    }

    /// Passes numbers through: one column for each name, in order.
    /// - Precondition: the names differ.
    package init(passing names: [String]) {
        schema = TableSchema(
            features: names.map { Feature($0, .unchanged, .none) },
            label: "",
            labelPosition: names.count,
            preparedOrder: names
        )
        steps = names.enumerated().map { index, name in
            Step(
                feature: index,
                fitted: .unchanged(UnchangedNumber(feature: name)),
                columns: index..<index + 1
            )
        }
    }

    /// The step of the raw feature with this index in the schema.
    package func step(ofFeature index: Int) -> Step? {
        steps.first { $0.feature == index }
    }

    /// The exact function from a raw number of feature `index` to its prepared value; nil for a
    /// category. The same function, bit for bit, as in bulk.
    package func prepare(feature index: Int) -> (@Sendable (Float) -> Float)? {
        step(ofFeature: index)?.fitted.prepare
    }
}
