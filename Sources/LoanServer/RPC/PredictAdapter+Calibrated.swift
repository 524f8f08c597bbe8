// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

extension PredictAdapter {
    /// Checks that a model has calibrated probabilities.
    static func checkCalibrated(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel
    ) throws(RPCStatus) {
        guard model.isCalibrated else {
            throw RPCStatus(
                .failedPrecondition,
                "outputs: model \(batch.model) is not calibrated, and has its own probabilities "
                    + "alone"
            )
        }
    }

    /// Adds the calibrated probabilities of the rows that are scored.
    static func calibrate(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        in scores: inout PredictScores
    ) {
        let rowCount = batch.rowCount
        let calibrated =
            switch matrices(batch, cells).form {
            case .raw(let numbers, let codes):
                model.calibrated(numbers: numbers.span, codes: codes.span, rowCount: rowCount)
            case .prepared(let values):
                model.calibrated(prepared: values.span, rowCount: rowCount)
            }
        scores.append(calibrated: calibrated?.values ?? [])
    }
}
