// SPDX-License-Identifier: Apache-2.0

/// Why there is no calibration.
package enum CalibrationFitError: Error, Equatable {
    /// All rows are defaults, or none is.
    case oneClassOnly
    /// All rows have the same margin.
    case oneMargin
    /// Every default has a higher margin than every other row, or a lower one: the steepest curve
    /// would fit best.
    case separated(rows: Int)
    /// Higher margins have fewer defaults.
    case ranksBackwards
    /// The curve did not settle.
    case unsettled(iterations: Int)
    /// Stored parameters that no fit gives.
    case parameters
}

extension CalibrationFitError: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        switch self {
        case .oneClassOnly:
            "the rows to calibrate with are all of one class; calibration needs both"
        case .oneMargin: "all rows to calibrate with have the same score"
        case .separated(let rows):
            "the score separates the classes of the \(rows) rows to calibrate with completely; "
                + "use Platt's method, or more rows"
        case .ranksBackwards:
            "among the rows to calibrate with, higher scores have fewer defaults; "
                + "the model or the labels are wrong"
        case .unsettled(let iterations):
            "the calibration did not settle within \(iterations) iterations; use another method"
        case .parameters: "the stored calibration has parameters that cannot be"
        }
    }
}
