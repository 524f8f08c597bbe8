// SPDX-License-Identifier: Apache-2.0

package import LoanModel
package import ModelValidation

/// Why two models could not be compared over a table.
package enum ModelComparisonError: Error, Equatable, CustomStringConvertible {
    /// Nothing says which column of the table is the label.
    case noLabel
    /// The models were trained on labels that differ in this row, counted from 0.
    case labels(row: Int)
    /// One model leaves out rows without a label that the other one reads.
    case rows(first: Int, second: Int)
    case table(CSVError)
    case figures(ScoredRowsError)

    package var description: String {
        switch self {
        case .noLabel:
            "nothing says which column is the label; name it by --label COLUMN=VALUE"
        case .labels(let row):
            "the models were trained on different labels: they differ in row \(row + 1)"
        case .rows(let first, let second):
            "the first model has \(first) rows with a label, the second \(second)"
        case .table(let error): error.description
        case .figures(let error): "\(error)"
        }
    }
}
