// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension ServiceError {
    /// A model and a preprocessor that do not fit each other.
    init(
        _ error: Scorer.Mismatch,
        _ input: RequestInput,
        _ name: String,
        with preprocessor: String
    ) {
        let message = "\(name) and \(preprocessor) do not belong together: \(error)"
        self = .conflict(FieldProblem(input, message, kind: .conflict))
    }
}
