// SPDX-License-Identifier: Apache-2.0

/// Applications, column by column, with an optional label per row.
package struct Table: Sendable, Equatable {
    /// One raw column.
    package enum Column: Sendable, Equatable {
        /// One float32 per row; NaN is missing.
        case numbers([Float])
        /// One code per row with its vocabulary.
        case categories(CategoryColumn)

        /// Number of rows.
        package var count: Int {
            switch self {
            case .numbers(let values): values.count
            case .categories(let column): column.codes.count
            }
        }

        /// Equal bit for bit, so that a missing number equals a missing number.
        package static func == (left: Column, right: Column) -> Bool {
            switch (left, right) {
            case (.numbers(let left), .numbers(let right)):
                left.elementsEqual(right) { $0 == $1 || ($0.isNaN && $1.isNaN) }
            case (.categories(let left), .categories(let right)): left == right
            case (.numbers, .categories), (.categories, .numbers): false
            }
        }
    }

    /// The schema whose features the columns are.
    package let schema: TableSchema
    /// One column per feature, in the schema's order.
    package let columns: [Column]
    /// The label of each row: 0 or 1, or a number to predict where the schema's labels are numbers.
    /// Nil for applications whose outcome is not known.
    package let labels: [Float]?
    /// How much each row counts, at least 0; nil where all count alike.
    package let weights: [Float]?
    /// What else it says of its rows.
    package let marks: RowMarks
    /// Number of rows.
    package let rowCount: Int

    /// Makes a table.
    /// - Parameters:
    ///   - schema: the features.
    ///   - columns: one column per feature, in the schema's order, all of one length.
    ///   - labels: one for each row, or nil.
    ///   - weights: the same.
    ///   - marks: what else is known of rows, each column with a value a row.
    /// - Throws: `TableError` when the columns are not what the schema asks for.
    package init(
        schema: TableSchema,
        columns: [Column],
        labels: [Float]? = nil,
        weights: [Float]? = nil,
        marks: RowMarks = RowMarks()
    ) throws(TableError) {
        guard columns.count == schema.features.count else {
            throw .columnCount(expected: schema.features.count, found: columns.count)
        }
        let rowCount = columns.first?.count ?? 0
        for (feature, column) in zip(schema.features, columns) {
            guard column.count == rowCount else {
                throw .rowCount(column: feature.name, expected: rowCount, found: column.count)
            }
            switch (feature.kind, column) {
            case (.number, .numbers), (.boolean, .numbers), (.date, .numbers),
                (.category, .categories):
                break
            case (.number, .categories), (.boolean, .categories), (.date, .categories),
                (.category, .numbers):
                throw .kind(column: feature.name)
            }
        }
        if let labels {
            guard labels.count == rowCount else {
                throw .rowCount(column: schema.label, expected: rowCount, found: labels.count)
            }
            let areClasses = schema.labelValues.areClasses
            let isWrong: (Float) -> Bool = { !(areClasses ? $0 == 0 || $0 == 1 : $0.isFinite) }
            if let row = labels.firstIndex(where: isWrong) { throw .label(row: row) }
        }
        if let weights {
            guard weights.count == rowCount else {
                let name = schema.roles.weight ?? ""
                throw .rowCount(column: name, expected: rowCount, found: weights.count)
            }
            if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw .weight(row: row)
            }
        }
        self.schema = schema
        self.columns = columns
        self.labels = labels
        precondition(marks.fits(rowCount: rowCount), "marks are read with the rows")
        self.weights = weights
        self.marks = marks
        self.rowCount = rowCount
    }

    /// The numbers of feature `index`, or nil if it is a category.
    package func numbers(_ index: Int) -> [Float]? {
        guard case .numbers(let values) = columns[index] else { return nil }
        return values
    }

    /// The categories of feature `index`, or nil if it is a number.
    package func categories(_ index: Int) -> CategoryColumn? {
        guard case .categories(let column) = columns[index] else { return nil }
        return column
    }
}
