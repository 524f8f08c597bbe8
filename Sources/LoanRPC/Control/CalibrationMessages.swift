// SPDX-License-Identifier: Apache-2.0

/// How a training calibrates the probabilities of its model.
package enum CalibrationMethod: UInt32, Sendable, CaseIterable {
    case none = 0
    case platt = 1
    case isotonic = 2
    case beta = 3
}

/// The calibration of a trained model, and what it does to the held-out rows.
package struct CalibrationResult: Sendable, Equatable {
    /// How it was fitted.
    package var method = CalibrationMethod.none
    /// Rows that it was fitted to.
    package var rows: UInt64 = 0
    /// The Brier score of the model's own probabilities.
    package var brierBefore = 0.0
    /// The Brier score of the calibrated ones.
    package var brierAfter = 0.0
    /// The expected calibration error of the model's own probabilities.
    package var errorBefore = 0.0
    /// The same of the calibrated ones.
    package var errorAfter = 0.0

    /// A result of no calibration.
    package init() {}
}
