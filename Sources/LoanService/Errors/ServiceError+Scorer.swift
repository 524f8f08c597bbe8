// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension ServiceError {
    /// A model and a preprocessor that do not fit each other.
    /// - Parameter preprocessor: its name; nil for a model without one.
    init(
        _ error: Scorer.Mismatch,
        _ input: RequestInput,
        _ name: String,
        with preprocessor: String?
    ) {
        let subject = preprocessor.map { "\(name) and \($0) do not belong together" }
        let message = "\(subject ?? "\(name) cannot be served"): \(error)"
        self = .conflict(FieldProblem(input, message, kind: .conflict))
    }
}
