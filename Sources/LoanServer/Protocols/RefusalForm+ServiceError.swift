// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

extension RefusalForm {
    /// A refusal by a service error.
    func answer(_ error: ServiceError) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(ErrorResponse(error))
        case .error: ProtocolError.service(error).answer
        case .status, .message:
            answer(ErrorResponse(error).status, error.sentenceOfFields)
                .retrying(after: ErrorResponse(error).retryAfterSeconds)
        }
    }
}
