// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// libxgboost on one thread: the baseline, and the trainer of the bench's own models.
@safe final class LibraryModel {
    /// What libxgboost says about a call that failed.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init() {
            let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? "no message"
            description = text
        }
    }

    private let handle: BoosterHandle

    /// Loads a model.
    init(_ model: [UInt8]) throws(Failure) {
        var created: BoosterHandle?
        guard unsafe XGBoosterCreate(nil, 0, &created) == 0, let created = unsafe created else {
            throw Failure()
        }
        unsafe handle = created
        guard unsafe XGBoosterSetParam(created, "nthread", "1") == 0,
            unsafe XGBoosterLoadModelFromBuffer(created, model, bst_ulong(model.count)) == 0
        else { throw Failure() }
    }

    deinit {
        unsafe XGBoosterFree(handle)
    }

    /// Trains on row-major rows and answers the model as UBJSON.
    static func train(
        rows: [Float],
        labels: [Float],
        rounds: Int,
        depth: Int,
        rate: Double
    ) throws(Failure) -> [UInt8] {
        var matrix: DMatrixHandle?
        let columnCount = rows.count / labels.count
        guard
            unsafe XGDMatrixCreateFromMat(
                rows,
                bst_ulong(labels.count),
                bst_ulong(columnCount),
                .nan,
                &matrix
            ) == 0
        else { throw Failure() }
        defer { unsafe XGDMatrixFree(matrix) }
        var booster: BoosterHandle?
        guard unsafe XGDMatrixSetFloatInfo(matrix, "label", labels, bst_ulong(labels.count)) == 0,
            unsafe XGBoosterCreate(&matrix, 1, &booster) == 0
        else { throw Failure() }
        defer { unsafe XGBoosterFree(booster) }
        let settings = [
            "objective": "binary:logistic", "tree_method": "hist", "max_depth": "\(depth)",
            "eta": "\(rate)", "min_child_weight": "6", "nthread": "2",
        ]
        for (name, value) in settings {
            guard unsafe XGBoosterSetParam(booster, name, value) == 0 else { throw Failure() }
        }
        for round in 0..<rounds {
            guard unsafe XGBoosterUpdateOneIter(booster, CInt(round), matrix) == 0 else {
                throw Failure()
            }
        }
        var length: bst_ulong = 0
        var bytes: UnsafePointer<CChar>?
        guard
            unsafe XGBoosterSaveModelToBuffer(booster, #"{"format":"ubj"}"#, &length, &bytes) == 0,
            let bytes = unsafe bytes
        else { throw Failure() }
        return unsafe UnsafeRawBufferPointer(start: bytes, count: Int(length)).map { $0 }
    }

    /// In-place prediction of margins for rows `first ..< first + count` of row-major `rows`.
    /// - Parameter results: receives the margins; libxgboost has them in memory of its own, and
    ///   nobody is charged for the copy.
    func margins(
        _ rows: [Float],
        columnCount: Int,
        first: Int,
        count: Int,
        into results: inout [Float]
    ) throws(Failure) {
        var isDone = false
        unsafe rows.withUnsafeBufferPointer { buffer in
            let address = UInt(bitPattern: buffer.baseAddress) + UInt(first * columnCount * 4)
            let array = """
                {"data":[\(address),true],"shape":[\(count),\(columnCount)],"typestr":"<f4",\
                "version":3}
                """
            let options = """
                {"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"missing":NaN,\
                "strict_shape":false,"cache_id":0}
                """
            var shape: UnsafePointer<bst_ulong>?
            var dimension: bst_ulong = 0
            var output: UnsafePointer<Float>?
            let code = unsafe XGBoosterPredictFromDense(
                handle,
                array,
                options,
                nil,
                &shape,
                &dimension,
                &output
            )
            if code == 0, let output = unsafe output {
                for row in 0..<min(count, results.count) { unsafe results[row] = output[row] }
                isDone = true
            }
        }
        guard isDone else { throw Failure() }
    }
}
