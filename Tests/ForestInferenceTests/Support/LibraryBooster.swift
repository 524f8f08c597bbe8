// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// libxgboost itself: the truth the kernels are compared with.
@safe final class LibraryBooster {
    private let handle: BoosterHandle

    /// What libxgboost says about a call that failed.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init() {
            let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? ""
            description = String(text.prefix(300))
        }
    }

    /// Loads a model from memory.
    init(_ model: [UInt8]) throws(Failure) {
        var created: BoosterHandle?
        guard unsafe XGBoosterCreate(nil, 0, &created) == 0, let created = unsafe created else {
            throw Failure()
        }
        unsafe handle = created
        unsafe XGBoosterSetParam(created, "nthread", "1")
        guard unsafe XGBoosterLoadModelFromBuffer(created, model, bst_ulong(model.count)) == 0
        else { throw Failure() }
    }

    deinit {
        unsafe XGBoosterFree(handle)
    }

    /// In-place prediction of row-major rows: margins, or the objective's predictions.
    func predict(_ rows: [Float], columnCount: Int, margin: Bool) throws(Failure) -> [Float] {
        let rowCount = rows.count / columnCount
        var result: [Float]?
        unsafe rows.withUnsafeBufferPointer { buffer in
            let address = UInt(bitPattern: buffer.baseAddress)
            let array = """
                {"data":[\(address),true],"shape":[\(rowCount),\(columnCount)],\
                "typestr":"<f4","version":3}
                """
            let options = """
                {"type":\(margin ? 1 : 0),"training":false,"iteration_begin":0,\
                "iteration_end":0,"missing":NaN,"strict_shape":false,"cache_id":0}
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
            guard code == 0, let output = unsafe output else { return }
            result = unsafe Array(UnsafeBufferPointer(start: output, count: rowCount))
        }
        guard let result else { throw Failure() }
        return result
    }
}
