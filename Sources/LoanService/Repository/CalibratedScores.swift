// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// The calibrated probabilities of some rows, and what has made them of the margins.
package struct CalibratedScores: Sendable, Equatable {
    /// What has made them.
    package let calibration: Calibration
    /// Probabilities of default, in 0...1; one for each row.
    package let values: [Double]

    /// Calibrates margins.
    package init(_ calibration: Calibration, margins: [Float]) {
        self.calibration = calibration
        values = margins.map { calibration.probability(ofMargin: $0) }
    }
}
