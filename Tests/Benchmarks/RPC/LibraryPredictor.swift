// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Synchronization
import XGBoostBaseline

/// Scores prepared batches with libxgboost, in place: what the same server would do without a core
/// of its own. Only this program knows it.
final class LibraryPredictor: PredictHandler {
    private let booster: Mutex<LibraryBooster>

    /// - Parameter threadCount: of libxgboost, for each batch.
    init(model: [UInt8], threadCount: Int) throws(LibraryFailure) {
        booster = Mutex(try LibraryBooster(model, threadCount: threadCount))
    }

    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        guard let columnCount = batch.preparedFeatureCount else {
            throw RPCStatus(.unimplemented, "the baseline takes prepared batches")
        }
        let rowCount = batch.rowCount
        // Row by row, the layout that its callers use.
        var rows = [Float](repeating: 0, count: rowCount * columnCount)
        try batch.withPrepared { (values) throws(RPCStatus) in
            for column in 0..<columnCount {
                for row in 0..<rowCount {
                    rows[row * columnCount + column] = values[column * rowCount + row]
                }
            }
        }
        do throws(LibraryFailure) {
            try booster.withLock { (booster) throws(LibraryFailure) in
                try booster.withPredictions(
                    of: rows.span,
                    columnCount: columnCount,
                    margin: false
                ) { probabilities in
                    scores.withProbabilities { target in
                        for row in target.indices { target[row] = probabilities[row] }
                    }
                }
            }
        } catch {
            throw RPCStatus(.internal, error.description)
        }
    }
}
