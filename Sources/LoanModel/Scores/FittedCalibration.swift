// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// A calibration that belongs to a model, and what it does to rows that neither the trees nor the
/// calibration have seen.
package struct FittedCalibration: Equatable, Sendable {
    /// How far probabilities are from what happened.
    package struct Quality: Equatable, Sendable {
        /// The mean square of the distance between probability and label.
        package let brier: Double
        /// The expected calibration error, over `ValidationFigures.binCount` bins of equal width.
        package let expectedError: Double

        /// Figures that were measured before.
        package init(brier: Double, expectedError: Double) {
            self.brier = brier
            self.expectedError = expectedError
        }

        /// Measures rows whose scores are probabilities.
        package init(_ rows: ScoredRows) {
            let bins = ReliabilityBins(
                RankedRows(rows),
                .equalWidth(count: ValidationFigures.binCount)
            )
            brier = BrierScore(rows, bins).mean.value
            expectedError = CalibrationError(bins).expected
        }
    }

    /// What makes the calibrated probability of a margin; never `none`.
    package let calibration: Calibration
    /// Rows that it was fitted to.
    package let rowCount: Int
    /// The held-out rows by the probability of the model itself.
    package let before: Quality
    /// The same rows by the calibrated probability.
    package let after: Quality

    /// A calibration by its parts.
    package init(_ calibration: Calibration, rowCount: Int, before: Quality, after: Quality) {
        precondition(calibration.method != .none, "no calibration is nil")
        self.calibration = calibration
        self.rowCount = rowCount
        self.before = before
        self.after = after
    }

    /// How it was fitted.
    package var method: Calibration.Method { calibration.method }
}
