// SPDX-License-Identifier: Apache-2.0

/// Rows in the matrices that scoring takes, each column after column.
package struct ScoringRows: Equatable, Sendable {
    /// What the columns are.
    package enum Form: Equatable, Sendable {
        /// All prepared features.
        case prepared([Float])
        /// Raw features in the schema's order: numbers, and the codes of categories.
        case raw(numbers: [Float], codes: [UInt8])
    }

    /// Rows of every column.
    package let rowCount: Int
    /// The columns.
    package let form: Form

    /// Rows that are in columns already.
    package init(rowCount: Int, form: Form) {
        self.rowCount = rowCount
        self.form = form
    }

    /// The rows of a batch.
    package init(_ applications: CodedApplications) {
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for column in applications.columns {
            switch column {
            case .numbers(let values): numbers.append(contentsOf: values)
            case .codes(let values): codes.append(contentsOf: values)
            }
        }
        self.init(rowCount: applications.rowCount, form: .raw(numbers: numbers, codes: codes))
    }

    /// Some rows, and after them the one row of `last`.
    /// - Precondition: `last` has the same columns.
    func rows(_ rows: Range<Int>, then last: ScoringRows) -> ScoringRows {
        func joined<Value>(_ columns: [Value], _ values: [Value]) -> [Value] {
            values.enumerated().flatMap { column, value in
                columns[column * rowCount + rows.lowerBound..<column * rowCount + rows.upperBound]
                    + [value]
            }
        }
        let form: Form
        switch (self.form, last.form) {
        case (.prepared(let values), .prepared(let added)):
            form = .prepared(joined(values, added))
        case (.raw(let numbers, let codes), .raw(let addedNumbers, let addedCodes)):
            form = .raw(numbers: joined(numbers, addedNumbers), codes: joined(codes, addedCodes))
        case (.prepared, .raw), (.raw, .prepared):
            preconditionFailure("a reference row has the form of the others")
        }
        return ScoringRows(rowCount: rows.count + 1, form: form)
    }

    /// Some of the rows, in the order of `rows`.
    package func picking(_ rows: [Int]) -> ScoringRows {
        guard rows.count < rowCount else { return self }
        func picked<Value>(_ columns: [Value]) -> [Value] {
            stride(from: 0, to: columns.count, by: rowCount).flatMap { first in
                rows.map { columns[first + $0] }
            }
        }
        let picked: Form =
            switch form {
            case .prepared(let values): .prepared(picked(values))
            case .raw(let numbers, let codes):
                .raw(numbers: picked(numbers), codes: picked(codes))
            }
        return ScoringRows(rowCount: rows.count, form: picked)
    }
}
