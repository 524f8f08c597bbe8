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
        /// How the rows that it was learned of lie; nil in older artifacts and where a model takes
        /// its columns as they are.
        package let profile: ColumnProfile?
    }

    /// The raw features.
    package let schema: TableSchema
    /// The steps in the order of their prepared columns.
    package let steps: [Step]
    /// The place of each feature's step among them.
    private let stepPlaces: [Int]
    /// Number of prepared columns.
    package var columnCount: Int { steps.last?.columns.upperBound ?? 0 }
    /// Names of the prepared columns, in order.
    package var columnNames: [String] { steps.flatMap { $0.fitted.columnNames } }

    /// Puts fitted features together.
    /// - Parameters:
    ///   - schema: the raw features.
    ///   - features: one per raw feature, in the schema's prepared order.
    ///   - profiles: one for each of these, or none.
    /// - Throws: `PreprocessorError` if they are not the steps the schema asks for.
    package init(
        schema: TableSchema,
        features: [FittedFeature],
        profiles: [ColumnProfile] = []
    ) throws(PreprocessorError) {
        let expected = schema.preparedOrder.map { schema.features[$0].name }
        guard features.map(\.name) == expected else {
            throw .features(expected: expected, found: features.map(\.name))
        }
        for (index, fitted) in zip(schema.preparedOrder, features)
        where !fitted.matches(schema.features[index]) {
            throw .preparation(feature: fitted.name)
        }
        for (place, fitted) in features.enumerated() where !profiles.isEmpty {
            guard profiles.count == features.count, fitted.fits(profiles[place]) else {
                throw .parameter(feature: fitted.name, name: "profile")
            }
        }
        self.init(schema, features, profiles)
        guard columnCount <= TableLimits.preparedColumnsMax else {
            throw .tooManyColumns(count: columnCount)
        }
    }

    /// Passes columns through, one for each name, in order: numbers, and codes of categories.
    /// - Parameters:
    ///   - categories: names of categories in the order of their codes, by the position of their
    ///     column.
    ///   - booleans: positions of columns whose numbers are true and false.
    /// - Precondition: the names of columns differ.
    /// - Throws: `PreprocessorError` for categories that are too many or too long, or of which two
    ///   have one name.
    package init(
        passing names: [String],
        categories: [Int: [String]] = [:],
        booleans: Set<Int> = []
    ) throws(PreprocessorError) {
        var features: [Feature] = []
        var fitted: [FittedFeature] = []
        for (column, name) in names.enumerated() {
            if let known = categories[column], !known.isEmpty {
                let codes = try CategoryCodes(
                    feature: name,
                    categories: known,
                    isNative: true,
                    isOrdered: true
                )
                features.append(Feature(name, .category(codes.encoding), .none))
                fitted.append(.codes(codes))
            } else {
                let isBoolean = booleans.contains(column)
                features.append(
                    Feature(name, isBoolean ? .boolean(missing: .left) : .unchanged, .none)
                )
                fitted.append(.unchanged(UnchangedNumber(feature: name)))
            }
        }
        let schema = TableSchema(features: features, label: "", labelPosition: names.count)
        self.init(schema, fitted, [])
    }

    private init(
        _ schema: TableSchema,
        _ features: [FittedFeature],
        _ profiles: [ColumnProfile]
    ) {
        var start = 0
        var steps: [Step] = []
        var places = [Int](repeating: 0, count: schema.features.count)
        for (index, fitted) in zip(schema.preparedOrder, features) {
            places[index] = steps.count
            let columns = start..<(start + fitted.columnCount)
            steps.append(
                Step(
                    feature: index,
                    fitted: fitted,
                    columns: columns,
                    profile: profiles.isEmpty ? nil : profiles[steps.count]
                )
            )
            start = columns.upperBound
        }
        self.schema = schema
        self.steps = steps
        stepPlaces = places
    }

    /// The step of the raw feature with this index in the schema.
    package func step(ofFeature index: Int) -> Step { steps[stepPlaces[index]] }
}
