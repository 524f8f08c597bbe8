// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

extension RPCStatus {
    /// The single mapping from service errors to RPC.
    init(_ error: ServiceError) {
        switch error {
        case .invalid: self.init(.invalidArgument, error.namedSentence)
        case .notFound: self.init(.notFound, error.namedSentence)
        case .tooLarge: self.init(.resourceExhausted, error.namedSentence)
        case .forbidden: self.init(.permissionDenied, error.namedSentence)
        case .conflict: self.init(.failedPrecondition, error.namedSentence)
        case .dataLoss: self.init(.dataLoss, error.namedSentence)
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

extension ServiceError {
    /// The sentence, with inputs by the names that the messages of the calls give them.
    fileprivate var namedSentence: String { sentence(naming: \.messageField) }
}

extension RequestInput {
    /// The field of the messages that names the input; nil for what no call names.
    fileprivate var messageField: String? {
        switch self {
        case .place(.sharedFolder, _): nil
        case .place(let role, _): role.rawValue
        case .bucket: "bucket"
        case .modelName: "model_name"
        case .parameters: "parameters"
        case .exclude: "exclude"
        case .folds: "folds"
        case .tune: "tune"
        case .size: "size"
        case .schema: "schema"
        case .split: "split"
        case .timeColumn: "time"
        case .groupColumn: "group"
        case .protectedColumns: "protected"
        case .policy: "policy"
        case .calibration: "calibration"
        case .card: "card"
        case .elderlyCheck: "elderly_check"
        }
    }
}
