// SPDX-License-Identifier: Apache-2.0

/// Why an operation was refused or failed. Each transport maps the cases to its own status once.
package enum ServiceError: Error, Equatable, Sendable {
    /// The request or the data it names does not fit; one problem per field.
    case invalid([FieldProblem])
    /// What the request names does not exist.
    case notFound(FieldProblem)
    /// Larger than a limit.
    case tooLarge(FieldProblem)
    /// The server may not touch what the request names.
    case forbidden(FieldProblem)
    /// Things that do not belong together, or a lost race.
    case conflict(FieldProblem)
    /// A stored artifact is damaged.
    case dataLoss(FieldProblem)
    /// The same kind of work is under way.
    case busy(message: String, retryAfterSeconds: Int)
    /// Storage or another part is out of reach for now.
    case unavailable(message: String, retryAfterSeconds: Int)
    /// No room is left to write.
    case outOfSpace(message: String)
    case cancelled
    /// The caller's time, or the server's limit of it, is over.
    case deadlineExceeded(message: String)
    /// Our own mistake; `reference` finds the log line.
    case fault(reference: String)

    /// One problem with one input.
    package static func invalid(
        _ input: RequestInput,
        _ message: String,
        kind: ProblemKind = .unusable
    ) -> Self {
        .invalid([FieldProblem(input, message, kind: kind)])
    }
}
