// SPDX-License-Identifier: Apache-2.0

/// Why rows cannot be divided.
package enum SplitError: Error, Equatable {
    /// A share that is not within 0..<1, or shares that leave nothing to train on.
    case shares(stopping: Double, calibration: Double, test: Double)
    /// There is not one value for each row.
    case counts(rows: Int, given: Int)
    /// A time that is missing. Rows count from 0.
    case time(row: Int)
    /// A part that should have rows has none.
    case emptyPart(SplitPart)
}

extension SplitError: CustomStringConvertible {
    /// One line for a person; rows count from 1.
    package var description: String {
        switch self {
        case .shares(let stopping, let calibration, let test):
            "shares of \(test) to test with, \(calibration) to calibrate with and \(stopping) to "
                + "stop by are not possible: each is at least 0, and together they are below 1"
        case .counts(let rows, let given):
            "there are \(rows) rows and \(given) values for them; each row needs one"
        case .time(let row): "row \(row + 1): the time is missing; a split by time needs one"
        case .emptyPart(let part):
            "no row is left to \(part.purpose): there are too few rows, or rows that stay together "
                + "are too many"
        }
    }
}
