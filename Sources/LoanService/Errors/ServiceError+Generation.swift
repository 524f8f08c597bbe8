// SPDX-License-Identifier: Apache-2.0

extension ServiceError {
    /// A generation that is named and not stored.
    static func noGeneration(
        _ generation: String,
        of model: String,
        _ input: RequestInput
    ) -> ServiceError {
        .notFound(
            FieldProblem(
                input,
                "\(model) has no generation \(generation) here: it was never stored, or is no longer "
                    + "kept; choose one of those that are listed as its versions",
                kind: .notFound
            )
        )
    }
}
