// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// Rows and labels as libxgboost holds them (a DMatrix): a copy, owned by this handle.
///
/// libxgboost keeps thread-local state, so a matrix is built, used and freed on one thread.
@safe package struct TrainingMatrix: ~Copyable {
    let handle: DMatrixHandle
    /// Number of rows.
    package let rowCount: Int
    /// Number of columns.
    package let featureCount: Int

    /// Copies a dense matrix into libxgboost.
    /// - Parameters:
    ///   - columns: column-major values, shape (rowCount, featureCount); NaN is missing.
    ///   - labels: one per row.
    ///   - threadCount: threads for the copy.
    package static func copying(
        columns: Span<Float>,
        labels: Span<Float>,
        featureCount: Int,
        threadCount: Int
    ) throws(XGBoostError) -> TrainingMatrix {
        precondition(columns.count == labels.count * featureCount, "rows x columns values")
        let matrix = unsafe TrainingMatrix(
            owning: try copy(columns, labels.count, featureCount, threadCount),
            rowCount: labels.count,
            featureCount: featureCount
        )
        try matrix.set("label", labels)
        return matrix
    }

    private init(owning handle: DMatrixHandle, rowCount: Int, featureCount: Int) {
        unsafe self.handle = unsafe handle
        self.rowCount = rowCount
        self.featureCount = featureCount
    }

    private static func copy(
        _ columns: Span<Float>,
        _ rowCount: Int,
        _ featureCount: Int,
        _ threadCount: Int
    ) throws(XGBoostError) -> DMatrixHandle {
        var created: DMatrixHandle?
        let code = unsafe columns.withUnsafeBufferPointer { buffer in
            // libxgboost copies during the call; the borrow of `columns` outlives it.
            let address = UInt(bitPattern: buffer.baseAddress)
            let array = """
                {"data": [\(address), true], "shape": [\(rowCount), \(featureCount)], \
                "strides": [4, \(4 * rowCount)], "typestr": "<f4", "version": 3}
                """
            let settings = #"{"missing": NaN, "nthread": \#(threadCount)}"#
            return unsafe XGDMatrixCreateFromDense(array, settings, &created)
        }
        try XGBoostError.check("XGDMatrixCreateFromDense", code)
        guard let created = unsafe created else {
            throw XGBoostError(call: "XGDMatrixCreateFromDense", message: "no handle")
        }
        return unsafe created
    }

    /// Says of each column whether it holds numbers (`q`) or codes of categories (`c`).
    package func setFeatureTypes(_ types: [String]) throws(XGBoostError) {
        let code = unsafe withCStrings(types) { pointers in
            unsafe XGDMatrixSetStrFeatureInfo(
                handle,
                "feature_type",
                pointers.baseAddress,
                bst_ulong(pointers.count)
            )
        }
        try XGBoostError.check("XGDMatrixSetStrFeatureInfo", code)
    }

    /// Says how much each row counts: at least 0, one for each row.
    package func setWeights(_ weights: Span<Float>) throws(XGBoostError) {
        precondition(weights.count == rowCount, "one weight per row")
        try set("weight", weights)
    }

    private func set(_ name: String, _ values: Span<Float>) throws(XGBoostError) {
        let code = unsafe values.withUnsafeBufferPointer { buffer in
            // Copied during the call, like the columns.
            unsafe XGDMatrixSetDenseInfo(
                handle,
                name,
                buffer.baseAddress,
                bst_ulong(buffer.count),
                Self.float32
            )
        }
        try XGBoostError.check("XGDMatrixSetDenseInfo", code)
    }

    deinit {
        // Freeing fails only for a null handle, which `init` never stores.
        _ = unsafe XGDMatrixFree(handle)
    }

    /// The type code of float32 in `XGDMatrixSetDenseInfo`.
    private static let float32: CInt = 1
}
