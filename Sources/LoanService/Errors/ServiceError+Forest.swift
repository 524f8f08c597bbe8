// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

extension ServiceError {
    /// A forest that cannot be used.
    init(_ error: ForestError, _ input: RequestInput, _ name: String) {
        let message = "\(name): \(error)"
        switch error {
        case .tooLarge: self = .tooLarge(FieldProblem(input, message, kind: .tooLarge))
        case .malformed, .truncated, .wrongType, .missingField, .duplicateField, .unknownField,
            .invalidValue, .wrongCount, .bestIteration, .iterations, .unsupported, .invalidTree,
            .invalidSection:
            self = .conflict(FieldProblem(input, message, kind: .unsupportedModel))
        }
    }
}

extension ServiceError {
    /// A forest that a training has just made.
    /// - Parameter error: why it does not load.
    init(trained error: ForestError) {
        guard case .tooLarge(let quantity, let count, let limit) = error else {
            // libxgboost wrote this model: not being able to read it is our mistake.
            self = .fault(reference: "the model that it trained does not load: \(error)")
            return
        }
        let message =
            "make a model of \(count) \(quantity.words); at most \(limit) can be served: "
            + "ask for fewer rounds, or trees that are not as deep"
        self = .tooLarge(FieldProblem(.parameters, message, kind: .tooLarge))
    }
}
