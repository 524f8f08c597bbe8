// SPDX-License-Identifier: Apache-2.0

extension CSVWriter {
    /// Writes the header of a raw file.
    /// - Parameter withLabel: whether the label column is among the names, at its place.
    package mutating func appendHeader(_ schema: TableSchema, withLabel: Bool) {
        for name in schema.columnNames where withLabel || name != schema.label { append(name) }
        endRow()
    }

    /// Writes rows of a table, without a header; with labels at their place if it has them.
    package mutating func append(_ table: Table, rows: Range<Int>) {
        for row in rows {
            for (index, column) in table.columns.enumerated() {
                if index == table.schema.labelPosition { appendLabel(table, row) }
                switch column {
                case .numbers(let values): append(values[row])
                case .categories(let column):
                    let code = column.codes[row]
                    if code == CategoryColumn.missing {
                        appendMissing()
                    } else {
                        append(column.vocabulary[Int(code)])
                    }
                }
            }
            if table.schema.labelPosition == table.columns.count { appendLabel(table, row) }
            endRow()
        }
    }

    private mutating func appendLabel(_ table: Table, _ row: Int) {
        if let labels = table.labels { appendLabel(labels[row], table.schema.labelValues) }
    }

    /// Writes a label: a class as a whole number.
    mutating func appendLabel(_ label: Float, _ values: LabelValues) {
        if values.areClasses { append(Int(label)) } else { append(label) }
    }
}
