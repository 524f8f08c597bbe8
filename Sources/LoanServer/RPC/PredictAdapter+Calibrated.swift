// SPDX-License-Identifier: Apache-2.0

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
}
