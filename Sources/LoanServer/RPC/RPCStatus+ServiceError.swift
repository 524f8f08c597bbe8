// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

extension RPCStatus {
    /// The single mapping from service errors to RPC.
    init(_ error: ServiceError) {
        switch error {
        case .invalid(let problems):
            self.init(.invalidArgument, problems.map(\.sentence).joined(separator: "; "))
        case .notFound(let problem): self.init(.notFound, problem.sentence)
        case .tooLarge(let problem): self.init(.resourceExhausted, problem.sentence)
        case .forbidden(let problem): self.init(.permissionDenied, problem.sentence)
        case .conflict(let problem): self.init(.failedPrecondition, problem.sentence)
        case .dataLoss(let problem): self.init(.dataLoss, problem.sentence)
        case .busy(let message, let seconds):
            self.init(
                .resourceExhausted,
                message,
                retryAfter: .seconds(seconds),
                isNotStarted: true
            )
        case .unavailable(let message, let seconds):
            self.init(.unavailable, message, retryAfter: .seconds(seconds))
        case .outOfSpace(let message): self.init(.resourceExhausted, message)
        case .cancelled: self.init(.cancelled, error.sentence)
        case .deadlineExceeded(let message): self.init(.deadlineExceeded, message)
        case .fault: self.init(.internal, error.sentence)
        }
    }
}
