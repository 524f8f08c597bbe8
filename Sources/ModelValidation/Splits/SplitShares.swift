// SPDX-License-Identifier: Apache-2.0

/// What shares of the rows calibrate and test; the others train.
package struct SplitShares: Equatable, Sendable {
    /// The share to calibrate with: 0 for none.
    package let calibration: Double
    /// The share to test with: 0 for none.
    package let test: Double

    /// Shares that are at least 0 and below 1 together.
    package init(calibration: Double, test: Double) throws(SplitError) {
        guard calibration >= 0, test >= 0, calibration + test < 1 else {
            throw .shares(calibration: calibration, test: test)
        }
        self.calibration = calibration
        self.test = test
    }

    /// The share of a part.
    func share(of part: SplitPart) -> Double {
        switch part {
        case .train: 1 - calibration - test
        case .calibration: calibration
        case .test: test
        }
    }

    /// Rows that a part may have of `rowCount`.
    func room(of part: SplitPart, rowCount: Int) -> Int {
        Int((share(of: part) * Double(rowCount)).rounded())
    }
}
