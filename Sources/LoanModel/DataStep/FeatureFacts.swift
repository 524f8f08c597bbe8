// SPDX-License-Identifier: Apache-2.0

/// What the rows to train on hold of a feature: those of the table, without their repeats.
package struct FeatureFacts: Equatable, Sendable {
    /// What the cells that are there are.
    package enum Values: Equatable, Sendable {
        /// Numbers within a range; nil where all are missing.
        case numbers(ClosedRange<Double>?)
        /// Days since 1970-01-01 within a range; nil where all are missing.
        case dates(ClosedRange<Double>?)
        /// How many rows are true.
        case booleans(trueCount: Int)
        /// How many categories there are.
        case categories(count: Int)
    }

    /// The feature's name.
    package let name: String
    /// What the cells that are there are.
    package let values: Values
    /// Rows without a value.
    package let missingCount: Int

    /// Facts that are known.
    package init(name: String, values: Values, missingCount: Int) {
        self.name = name
        self.values = values
        self.missingCount = missingCount
    }

    /// Looks at a column of a table.
    /// - Parameter rows: those to train on.
    init(_ feature: Feature, _ column: Table.Column, rows: [UInt32]) {
        name = feature.name
        switch column {
        case .numbers(let cells):
            let known = rows.lazy.map { cells[Int($0)] }.filter { !$0.isNaN }
            var (count, trueCount) = (0, 0)
            var found: ClosedRange<Float>?
            for cell in known {
                count += 1
                trueCount += cell == 1 ? 1 : 0
                found =
                    found.map { min($0.lowerBound, cell)...max($0.upperBound, cell) }
                    ?? cell...cell
            }
            let range = found.map { Self.asWritten($0.lowerBound)...Self.asWritten($0.upperBound) }
            missingCount = rows.count - count
            values =
                switch feature.kind {
                case .boolean: .booleans(trueCount: trueCount)
                case .date: .dates(range)
                case .number, .category: .numbers(range)
                }
        case .categories(let column):
            var isSeen = [Bool](repeating: false, count: column.vocabulary.count)
            var missingCount = 0
            for row in rows {
                let code = column.codes[Int(row)]
                if code == CategoryColumn.missing {
                    missingCount += 1
                } else {
                    isSeen[Int(code)] = true
                }
            }
            self.missingCount = missingCount
            values = .categories(count: isSeen.count(where: \.self))
        }
    }

    /// The number with the digits that single precision has: 5.42 is not 5.420000076.
    private static func asWritten(_ number: Float) -> Double {
        Double("\(number)") ?? Double(number)
    }
}
