// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Calibrated probabilities: values of their own, which the model's own probabilities do not depend
/// on.
extension ServedModel {
    /// What makes them of margins; nil where the model is not calibrated.
    package var calibration: FittedCalibration? { training?.calibration }

    /// The calibrated probabilities of raw applications; nil where the model is not calibrated.
    package func calibrated(_ applications: CodedApplications) -> CalibratedScores? {
        guard isCalibrated else { return nil }
        let (numbers, codes) = applications.matrices
        return calibrated(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: applications.rowCount
        )
    }

    /// The same for the matrices that `score` takes.
    package func calibrated(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int
    ) -> CalibratedScores? {
        guard isCalibrated else { return nil }
        var margins = [Float](repeating: 0, count: rowCount)
        var results = margins.mutableSpan
        score(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            margins: true,
            into: &results
        )
        return calibrated(margins: margins)
    }

    /// The same for a prepared matrix: shape (preparedFeatureCount, rowCount).
    package func calibrated(prepared: Span<Float>, rowCount: Int) -> CalibratedScores? {
        guard isCalibrated else { return nil }
        var margins = [Float](repeating: 0, count: rowCount)
        var results = margins.mutableSpan
        score(prepared: prepared, rowCount: rowCount, margins: true, into: &results)
        return calibrated(margins: margins)
    }

    /// The same for rows whose margins are known.
    package func calibrated(margins: [Float]) -> CalibratedScores? {
        calibration.map { CalibratedScores($0.calibration, margins: margins) }
    }
}
