// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// Training by libxgboost with any of its parameters, for models that are not those of this
/// program.
package enum LibraryTraining {
    /// A trained model as JSON.
    /// - Parameters:
    ///   - rows: row-major values; NaN is missing.
    ///   - parameters: names and values as XGBoost has them.
    package static func model(
        rows: [Float],
        columnCount: Int,
        labels: [Float],
        parameters: [(name: String, value: String)],
        rounds: Int
    ) throws(LibraryFailure) -> [UInt8] {
        let rowCount = labels.count
        precondition(rows.count == rowCount * columnCount, "a label a row")
        var matrix: DMatrixHandle?
        let created = unsafe XGDMatrixCreateFromMat(
            rows,
            bst_ulong(rowCount),
            bst_ulong(columnCount),
            .nan,
            &matrix
        )
        guard created == 0, let matrix = unsafe matrix else { throw LibraryFailure() }
        defer { unsafe XGDMatrixFree(matrix) }
        try check(
            unsafe XGDMatrixSetFloatInfo(matrix, "label", labels, bst_ulong(rowCount))
        )
        var booster: BoosterHandle?
        var matrices: [DMatrixHandle?] = unsafe [matrix]
        guard unsafe XGBoosterCreate(&matrices, 1, &booster) == 0,
            let booster = unsafe booster
        else { throw LibraryFailure() }
        defer { unsafe XGBoosterFree(booster) }
        for (name, value) in parameters {
            try check(unsafe XGBoosterSetParam(booster, name, value))
        }
        for round in 0..<rounds {
            try check(unsafe XGBoosterUpdateOneIter(booster, Int32(round), matrix))
        }
        var length: bst_ulong = 0
        var bytes: UnsafePointer<CChar>?
        let saved = unsafe XGBoosterSaveModelToBuffer(
            booster,
            "{\"format\":\"json\"}",
            &length,
            &bytes
        )
        guard saved == 0, let bytes = unsafe bytes else { throw LibraryFailure() }
        // The bytes live until this thread's next call into libxgboost.
        let buffer = unsafe UnsafeBufferPointer(start: bytes, count: Int(length))
        return unsafe buffer.map { UInt8(bitPattern: $0) }
    }

    private static func check(_ code: Int32) throws(LibraryFailure) {
        guard code == 0 else { throw LibraryFailure() }
    }
}
