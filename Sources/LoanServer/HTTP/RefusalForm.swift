// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

/// The shape in which the callers of a route read refusals.
package enum RefusalForm: Sendable {
    /// `{"detail": ...}`, as the original service has it.
    case detail
    /// `{"error": "..."}`, as the clients of the field's protocols read it.
    case error

    /// A refusal of a status and a sentence.
    package func answer(_ status: Int, _ message: String) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(status, message)
        case .error: .json(status, .members(["error": .string(message)]))
        }
    }

    /// A refusal by a service error.
    func answer(_ error: ServiceError) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(ErrorResponse(error))
        case .error: ProtocolError.service(error).answer
        }
    }
}
