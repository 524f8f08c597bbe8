// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation
internal import ObjectStorage

extension ServiceError {
    /// A data preparation that its step does not take, or that cannot be written.
    /// - Parameter rows: what it would have prepared; nil for what the request asks for.
    init(_ error: DataStepError<ObjectStoreError>, of request: DataRequest, rows: Int? = nil) {
        let source = request.source.input(.source)
        switch error {
        case .size(let size, let limit):
            self = .invalid(.size, "is \(size); the limit is \(limit)", kind: .outOfRange)
        case .tooFewRows(let found, let minimum):
            self = .invalid(source, "has \(found) rows; at least \(minimum) are needed")
        case .oneApplication(let rows):
            self = .invalid(
                source,
                "has one application only, in \(rows) equal rows; at least two different ones are "
                    + "needed, to train on and to test with"
            )
        case .noLabels: self = .invalid(source, "has no labels")
        case .oneClass:
            self = .conflict(
                FieldProblem(
                    source,
                    "all labels of the training part are equal; nothing can be learned",
                    kind: .unmet
                )
            )
        case .oneClassInPart(let part):
            self = .conflict(
                FieldProblem(
                    .split,
                    "leaves rows to \(part.purpose) that all have one label; give them a greater "
                        + "share, or divide the rows in another way",
                    kind: .unmet
                )
            )
        case .split(let error): self = .invalid(.split, "cannot be made: \(error)", kind: .unusable)
        case .noWeight(let column, let part):
            self = .invalid(
                source,
                "all weights in \(column) are 0 in the rows to \(part.purpose)",
                kind: .table
            )
        case .preprocessor(let error):
            self = .invalid(source, "\(error)", kind: .table)
        case .sink(.tooLarge(let bytesMax)):
            self = Self.noScratchSpace(bytesMax, of: request, rows: rows ?? request.size)
        case .sink(let error): self = ServiceError(error, request.target.input(.target))
        }
    }

    private static func noScratchSpace(
        _ bytesMax: Int,
        of request: DataRequest,
        rows: Int
    ) -> ServiceError {
        let message =
            "the matrices of \(rows) rows take more than the \(bytesMax >> 20) MiB of disk "
            + "that are allowed: \(request.format == .csv ? "npy takes less, or " : "")"
            + "ask for fewer rows, or raise the limit of scratch space"
        let input = rows == request.size ? .size : request.source.input(.source)
        return .tooLarge(FieldProblem(input, message, kind: .tooLarge))
    }
}
