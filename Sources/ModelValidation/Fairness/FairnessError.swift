// SPDX-License-Identifier: Apache-2.0

/// Why groups cannot be compared.
package enum FairnessError: Error, Equatable {
    /// There is not one value of everything for each row.
    case counts(rows: Int, given: Int)
    /// A row of a group that is not named. Rows count from 0.
    case group(row: Int, code: Int)
    /// More groups than ``GroupColumn/groupCountMax``.
    case tooManyGroups(count: Int, limit: Int)
    /// The group to compare with has no row.
    case noReference(name: String)
    /// Points that are not a number or infinite.
    case points(row: Int)
}

extension FairnessError: CustomStringConvertible {
    /// One line for a person; rows count from 1.
    package var description: String {
        switch self {
        case .counts(let rows, let given):
            "there are \(rows) rows and \(given) values for them; each row needs one"
        case .group(let row, let code): "row \(row + 1): there is no group \(code)"
        case .tooManyGroups(let count, let limit):
            "the column has \(count) groups; at most \(limit) are compared"
        case .noReference(let name):
            "no row belongs to the group '\(name)', which others would be compared with"
        case .points(let row): "row \(row + 1): the points are not a finite number"
        }
    }
}
