// SPDX-License-Identifier: Apache-2.0

/// What the features of some rows, raw or prepared, add to the margins of a model.
package struct RowContributions: Sendable, Equatable {
    /// What contributions are counted by.
    package enum Scope: Sendable, Equatable {
        /// Raw features: one that becomes several columns has what these add together.
        case features
        /// Columns of the prepared matrix.
        case columns
    }

    /// Margins of each row.
    package let outputCount: Int
    /// Features of each margin, in the order of the schema or the matrix.
    package let featureCount: Int
    /// The margin that contributions start from, one an output: the mean over the training.
    package let bases: [Float]
    /// Shape (rows, outputs).
    package private(set) var margins: [Float]
    /// Shape (rows, outputs, features), in integers of ``unit``: exact to add up and to compare.
    package private(set) var sums: [Int64]
    /// What 1 of a sum is, as a margin.
    package let unit: Double

    /// Gathers the parts.
    package init(
        outputCount: Int,
        featureCount: Int,
        bases: [Float],
        margins: [Float],
        sums: [Int64],
        unit: Double
    ) {
        self.outputCount = outputCount
        self.featureCount = featureCount
        self.bases = bases
        self.margins = margins
        self.sums = sums
        self.unit = unit
    }

    /// Values of a row: for each margin its contributions, and its base value.
    package var valuesPerRow: Int { outputCount * (featureCount + 1) }

    /// Rows that have contributions.
    package var rowCount: Int { margins.count / outputCount }

    /// The sums of a margin of row `row`, in the order of the features.
    package func sums(ofRow row: Int, output: Int = 0) -> ArraySlice<Int64> {
        let first = (row * outputCount + output) * featureCount
        return sums[first..<first + featureCount]
    }

    /// A sum as a margin.
    package func margin(of sum: Int64) -> Float { Float(Double(sum) * unit) }

    /// Shape (rows, outputs, features + 1), row after row: contributions, and after those of a
    /// margin its base value.
    package var values: [Float] {
        var values: [Float] = []
        values.reserveCapacity(rowCount * outputCount * (featureCount + 1))
        for row in 0..<rowCount {
            for output in 0..<outputCount {
                values += sums(ofRow: row, output: output).lazy.map { margin(of: $0) }
                values.append(bases[output])
            }
        }
        return values
    }

    /// Appends rows of the same model.
    package mutating func append(_ rows: RowContributions) {
        margins += rows.margins
        sums += rows.sums
    }
}
