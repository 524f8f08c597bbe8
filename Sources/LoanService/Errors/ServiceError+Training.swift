// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanTraining

extension ServiceError {
    /// A training that gave no model.
    /// - Parameter data: the input that names the prepared data.
    init(_ error: TrainingError, _ data: RequestInput) {
        switch error {
        case .parameters(let error): self = ServiceError(error)
        case .library(let error): self = .invalid(data, "\(error)", kind: .preparedData)
        case .oneClassOnly:
            self = .conflict(
                FieldProblem(
                    data,
                    "all labels are equal; nothing can be learned",
                    kind: .unmet
                )
            )
        case .cancelled: self = .cancelled
        }
    }

    /// Training parameters that libxgboost does not take.
    init(_ error: TrainingParameterError) {
        self = .invalid(.parameters, "\(error)", kind: .parameter)
    }

    /// Features that cannot be left out.
    init(_ error: ExclusionError) {
        self = .invalid(.exclude, "\(error)", kind: .unusable)
    }
}
