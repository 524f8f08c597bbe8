// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

extension PreparedData {
    /// A part without the columns of features that are left out.
    func part(
        _ part: SplitPart,
        of preprocessor: Preprocessor
    ) throws(ServiceError) -> PreparedRows {
        guard !excluded.isEmpty else { return try wholePart(part, of: preprocessor) }
        let stored = try storedPreprocessor()
        let rows = try wholePart(part, of: stored)
        return PreparedRows(
            matrix: rows.matrix.columns(try exclusion(from: stored).kept),
            labels: rows.labels,
            weights: rows.weights
        )
    }

    /// What remains of a preprocessor without the features that are left out.
    func exclusion(
        from stored: Preprocessor
    ) throws(ServiceError) -> Preprocessor.Exclusion {
        do { return try stored.excluding(excluded) } catch { throw ServiceError(error) }
    }
}
