// SPDX-License-Identifier: Apache-2.0

internal import ModelValidation

extension ServiceError {
    /// Rows that no calibration can be fitted to.
    /// - Parameter data: the input that names the prepared data.
    init(_ error: CalibrationFitError, _ data: RequestInput) {
        self = .conflict(FieldProblem(data, "no calibration: \(error)", kind: .unmet))
    }

    /// Rows that a model cannot be judged by.
    /// - Parameter data: likewise.
    init(_ error: ScoredRowsError, _ data: RequestInput) {
        self = .conflict(FieldProblem(data, "\(error)", kind: .unmet))
    }
}
