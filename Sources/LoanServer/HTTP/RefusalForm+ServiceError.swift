// SPDX-License-Identifier: Apache-2.0

package import HTTPServer
internal import LoanService

extension RefusalForm {
    /// A refusal by a service error.
    func answer(_ error: ServiceError) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(ErrorResponse(error))
        case .error: ProtocolError.service(error).answer
        }
    }
}

extension HTTPAnswer {
    /// A service error.
    package static func refusal(_ error: ErrorResponse) -> HTTPAnswer {
        var answer = json(error.status, error.body)
        if let seconds = error.retryAfterSeconds {
            answer.headers.append(("retry-after", "\(seconds)"))
        }
        return answer
    }
}
