// SPDX-License-Identifier: Apache-2.0

import CXGBoost
import LoanRPC
import Synchronization

/// Scores prepared batches with libxgboost, in place: what the same server would do without a core
/// of its own. Only this program knows it.
final class LibraryPredictor: PredictHandler {
    private let booster: Mutex<LibraryBooster>

    /// - Parameter threadCount: of libxgboost, for each batch.
    init(model: [UInt8], threadCount: Int) throws(RPCStatus) {
        booster = Mutex(try LibraryBooster(model, threadCount: threadCount))
    }

    func predict(
        _ batch: borrowing PredictBatch,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        guard let columnCount = batch.preparedFeatureCount else {
            throw RPCStatus(.unimplemented, "the baseline takes prepared batches")
        }
        let rowCount = batch.rowCount
        try batch.withPrepared { (values) throws(RPCStatus) in
            try booster.withLock { (booster) throws(RPCStatus) in
                try booster.predict(
                    values,
                    rowCount: rowCount,
                    columnCount: columnCount,
                    into: &scores
                )
            }
        }
    }
}

/// A booster's handle; freed with it. The pointers that libxgboost returns live until its next call.
@safe private struct LibraryBooster: ~Copyable {
    private let handle: BoosterHandle

    init(_ model: [UInt8], threadCount: Int) throws(RPCStatus) {
        var created: BoosterHandle?
        guard unsafe XGBoosterCreate(nil, 0, &created) == 0, let created = unsafe created,
            unsafe XGBoosterSetParam(created, "nthread", "\(threadCount)") == 0,
            unsafe XGBoosterLoadModelFromBuffer(created, model, bst_ulong(model.count)) == 0
        else { throw Self.failure }
        unsafe handle = created
    }

    deinit { unsafe XGBoosterFree(handle) }

    func predict(
        _ values: Span<Float>,
        rowCount: Int,
        columnCount: Int,
        into scores: inout PredictScores
    ) throws(RPCStatus) {
        // Row by row, the layout that its callers use.
        var rows = [Float](repeating: 0, count: rowCount * columnCount)
        for column in 0..<columnCount {
            for row in 0..<rowCount {
                rows[row * columnCount + column] = values[column * rowCount + row]
            }
        }
        let isDone = unsafe rows.withUnsafeBufferPointer { buffer in
            let address = UInt(bitPattern: buffer.baseAddress)
            let array = """
                {"data":[\(address),true],"shape":[\(rowCount),\(columnCount)],\
                "typestr":"<f4","version":3}
                """
            let options = """
                {"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"missing":NaN,\
                "strict_shape":false,"cache_id":0}
                """
            var shape: UnsafePointer<bst_ulong>?
            var dimension: bst_ulong = 0
            var output: UnsafePointer<Float>?
            guard
                unsafe XGBoosterPredictFromDense(
                    handle,
                    array,
                    options,
                    nil,
                    &shape,
                    &dimension,
                    &output
                ) == 0, let output = unsafe output
            else { return false }
            scores.withProbabilities { target in
                for row in target.indices { target[row] = unsafe output[row] }
            }
            return true
        }
        guard isDone else { throw Self.failure }
    }

    private static var failure: RPCStatus {
        RPCStatus(
            .internal,
            unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? "libxgboost failed"
        )
    }
}
