// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// A trained model in libxgboost: the truth that kernels are compared with, and the baseline that
/// they are measured against.
@safe package struct LibraryBooster: ~Copyable {
    private let handle: BoosterHandle

    /// Loads a model that XGBoost has saved.
    /// - Parameter threadCount: threads of libxgboost for each prediction.
    package init(_ model: [UInt8], threadCount: Int = 1) throws(LibraryFailure) {
        var created: BoosterHandle?
        guard unsafe XGBoosterCreate(nil, 0, &created) == 0, let created = unsafe created else {
            throw LibraryFailure()
        }
        guard unsafe XGBoosterSetParam(created, "nthread", "\(threadCount)") == 0,
            unsafe XGBoosterLoadModelFromBuffer(created, model, bst_ulong(model.count)) == 0
        else {
            let failure = LibraryFailure()
            unsafe XGBoosterFree(created)
            throw failure
        }
        unsafe handle = created
    }

    deinit {
        unsafe XGBoosterFree(handle)
    }

    /// Predicts in place, and gives what libxgboost has predicted to `body`, without a copy.
    /// - Parameters:
    ///   - rows: row-major values, shape (rows.count / columnCount, columnCount); NaN is missing.
    ///   - margin: margins; else what the objective predicts.
    ///   - body: gets the values of the rows, row after row, valid during the call.
    package func withPredictions<Result>(
        of rows: Span<Float>,
        columnCount: Int,
        margin: Bool,
        _ body: (Span<Float>) -> Result
    ) throws(LibraryFailure) -> Result {
        let rowCount = rows.count / columnCount
        let result: Result? = unsafe rows.withUnsafeBufferPointer { buffer in
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
            guard code == 0, let output = unsafe output, let shape = unsafe shape else {
                return nil
            }
            let count = (0..<Int(dimension)).reduce(1) { unsafe $0 * Int(shape[$1]) }
            // The values live until this thread's next call into libxgboost.
            let values = unsafe UnsafeBufferPointer(start: output, count: count)
            return body(unsafe Span(_unsafeElements: values))
        }
        guard let result else { throw LibraryFailure() }
        return result
    }

    /// Predicts in place, into an array.
    /// - Parameters:
    ///   - rows: row-major values; NaN is missing.
    ///   - margin: margins; else what the objective predicts.
    package func predict(
        _ rows: [Float],
        columnCount: Int,
        margin: Bool
    ) throws(LibraryFailure) -> [Float] {
        try withPredictions(of: rows.span, columnCount: columnCount, margin: margin) { values in
            values.indices.map { values[$0] }
        }
    }
}

extension LibraryBooster {
    /// What each column contributes to the margins, and the base value: shape (rows, columns + 1).
    /// - Parameter rows: row-major values; NaN is missing.
    package func contributions(
        of rows: [Float],
        columnCount: Int
    ) throws(LibraryFailure) -> [Float] {
        let rowCount = rows.count / columnCount
        var matrix: DMatrixHandle?
        guard
            unsafe XGDMatrixCreateFromMat(
                rows,
                bst_ulong(rowCount),
                bst_ulong(columnCount),
                .nan,
                &matrix
            ) == 0
        else { throw LibraryFailure() }
        defer { unsafe XGDMatrixFree(matrix) }
        let options = """
            {"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}
            """
        var shape: UnsafePointer<bst_ulong>?
        var dimension: bst_ulong = 0
        var output: UnsafePointer<Float>?
        guard
            unsafe XGBoosterPredictFromDMatrix(
                handle,
                matrix,
                options,
                &shape,
                &dimension,
                &output
            ) == 0, let output = unsafe output
        else { throw LibraryFailure() }
        // The values live until this thread's next call into libxgboost.
        return unsafe Array(
            UnsafeBufferPointer(start: output, count: rowCount * (columnCount + 1))
        )
    }
}

/// What libxgboost says about a call that failed.
package struct LibraryFailure: Error, CustomStringConvertible {
    /// The beginning of the library's own message.
    package let description: String

    /// The message of this thread's last call.
    init() {
        let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? ""
        description = text.isEmpty ? "libxgboost has failed" : String(text.prefix(300))
    }
}
