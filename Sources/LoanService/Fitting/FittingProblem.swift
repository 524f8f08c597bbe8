// SPDX-License-Identifier: Apache-2.0

internal import LoanTraining

/// Names the prepared data in errors of the steps that fit a model.
struct FittingProblem {
    /// The input that names it.
    let data: RequestInput

    /// The data does not have what the request needs.
    func unmet(_ message: String) -> ServiceError {
        .conflict(FieldProblem(data, message, kind: .unmet))
    }

    /// The result of libxgboost's work, or its error in the words of a request.
    func naming<Result>(
        _ work: () throws(TrainingError) -> Result
    ) throws(ServiceError) -> Result {
        do throws(TrainingError) { return try work() } catch { throw ServiceError(error, data) }
    }
}
