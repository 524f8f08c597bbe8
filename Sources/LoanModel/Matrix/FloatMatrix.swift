// SPDX-License-Identifier: Apache-2.0

/// A matrix of float32, column by column.
package struct FloatMatrix: Sendable, Equatable {
    /// Number of rows.
    package let rows: Int
    /// Number of columns.
    package let columns: Int
    /// The cells of column 0, then those of column 1, and so on; `rows * columns` of them.
    package let values: [Float]

    /// Puts a matrix together.
    package init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns, "readers count their cells")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The first rows; at most as many as there are.
    package func prefix(rows count: Int) -> FloatMatrix {
        guard count < rows else { return self }
        var cells: [Float] = []
        cells.reserveCapacity(count * columns)
        for column in 0..<columns {
            cells += values[(column * rows)..<(column * rows + count)]
        }
        return FloatMatrix(rows: count, columns: columns, values: cells)
    }

    /// Some of the columns, in this order.
    package func columns(_ places: [Int]) -> FloatMatrix {
        var cells: [Float] = []
        cells.reserveCapacity(places.count * rows)
        for place in places { cells += values[(place * rows)..<((place + 1) * rows)] }
        return FloatMatrix(rows: rows, columns: places.count, values: cells)
    }

    /// Reads labels: a matrix of one column that holds as many labels as `other` has rows, which
    /// are not all the same.
    /// - Parameter values: what the labels are: 0 and 1, or numbers.
    /// - Throws: `LabelError`.
    package func labels(
        for other: FloatMatrix,
        _ values: LabelValues = .zeroOrOne
    ) throws(LabelError) -> [Float] {
        guard columns == 1 else { throw .columns(columns) }
        guard rows == other.rows else { throw .rowCount(expected: other.rows, found: rows) }
        let areClasses = values.areClasses
        for (row, label) in self.values.enumerated() {
            guard label.isFinite else { throw areClasses ? .value(row: row) : .number(row: row) }
            if areClasses, label != 0, label != 1 { throw .value(row: row) }
        }
        guard self.values.contains(where: { $0 != self.values[0] }) else { throw .oneClass }
        return self.values
    }
}

extension FloatMatrix {
    /// Reads weights: a matrix of one column that holds as many as `other` has rows, of which one
    /// is greater than 0.
    /// - Throws: `WeightError`.
    package func weights(for other: FloatMatrix) throws(WeightError) -> [Float] {
        guard columns == 1 else { throw .columns(columns) }
        guard rows == other.rows else { throw .rowCount(expected: other.rows, found: rows) }
        if let row = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw .value(row: row)
        }
        guard values.contains(where: { $0 > 0 }) else { throw .noWeight }
        return values
    }
}

/// Why a matrix does not hold the weights of another.
package enum WeightError: Error, Equatable {
    /// More or less than one column.
    case columns(Int)
    /// Another number of rows than the features have.
    case rowCount(expected: Int, found: Int)
    /// A weight is negative or no finite number; the row counts from 0.
    case value(row: Int)
    /// All weights are 0.
    case noWeight
}

extension WeightError: CustomStringConvertible {
    /// What is wrong, to follow the name of the file.
    package var description: String {
        switch self {
        case .columns(let count): "the file has \(count) columns; weights are one column"
        case .rowCount(let expected, let found):
            "the file has \(found) weights for a matrix of \(expected) rows"
        case .value(let row):
            "row \(row), counted from 0: a weight is negative or no finite number"
        case .noWeight: "all weights are 0"
        }
    }
}

/// Why a matrix does not hold the labels of another.
package enum LabelError: Error, Equatable {
    /// More or less than one column.
    case columns(Int)
    /// Another number of rows than the features have.
    case rowCount(expected: Int, found: Int)
    /// A label is neither 0 nor 1; the row counts from 0.
    case value(row: Int)
    /// A label is not a finite number; the row counts from 0.
    case number(row: Int)
    /// All labels are the same, so that nothing can be learned.
    case oneClass
}

extension LabelError: CustomStringConvertible {
    /// What is wrong, to follow the name of the file.
    package var description: String {
        switch self {
        case .columns(let count): "the file has \(count) columns; labels are one column"
        case .rowCount(let expected, let found):
            "the file has \(found) labels for a matrix of \(expected) rows"
        case .value(let row): "row \(row), counted from 0: a label is neither 0 nor 1"
        case .number(let row): "row \(row), counted from 0: a label is no number"
        case .oneClass: "all labels are the same, so that nothing can be learned"
        }
    }
}
