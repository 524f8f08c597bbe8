// SPDX-License-Identifier: Apache-2.0

/// What shares of the rows are for other parts than training; the rest train.
package struct SplitShares: Equatable, Sendable {
    /// The share to stop by: 0 for none.
    package let stopping: Double
    /// The share to calibrate with: 0 for none.
    package let calibration: Double
    /// The share to test with: 0 for none.
    package let test: Double

    /// Shares that are at least 0 and below 1 together.
    package init(
        stopping: Double = 0,
        calibration: Double,
        test: Double
    ) throws(SplitError) {
        // A comparison with NaN is false.
        guard stopping >= 0, calibration >= 0, test >= 0, stopping + calibration + test < 1 else {
            throw .shares(stopping: stopping, calibration: calibration, test: test)
        }
        self.stopping = stopping
        self.calibration = calibration
        self.test = test
    }

    /// A quarter to test with, the rest to train on.
    package static let quarter = SplitShares(testAlone: 0.25)

    private init(testAlone share: Double) {
        (stopping, calibration, test) = (0, 0, share)
    }

    /// The share of a part.
    package func share(of part: SplitPart) -> Double {
        switch part {
        case .train: 1 - stopping - calibration - test
        case .stopping: stopping
        case .calibration: calibration
        case .test: test
        }
    }

    /// Rows that a part may have of `rowCount`.
    func room(of part: SplitPart, rowCount: Int) -> Int {
        Int((share(of: part) * Double(rowCount)).rounded())
    }
}
