// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// Why a call has no answer.
public struct LoanClientError: Error, Sendable, Equatable {
    /// The kind of failure: gRPC's codes.
    public enum Code: Sendable, Equatable {
        /// The caller has canceled.
        case canceled
        /// The batch does not fit the model or the protocol.
        case invalidArgument
        /// The time is over.
        case deadlineExceeded
        /// The server does not serve such a model.
        case notFound
        /// The token does not allow it.
        case permissionDenied
        /// The server has no room for the call at this moment.
        case resourceExhausted
        /// The call does not go with the state of the model or the server.
        case failedPrecondition
        /// The server has made a mistake, or its answer does not follow the protocol.
        case `internal`
        /// The server is out of reach, or about to stop.
        case unavailable
        /// No token, or a wrong one.
        case unauthenticated
        /// Another code, by its number on the wire.
        case other(UInt32)
    }

    /// The kind of failure.
    public let code: Code
    /// One line for a person.
    public let message: String
    /// When trying again may help; zero where that is not known.
    public let retryAfter: Duration
    /// No work was done: the call may be sent again without harm.
    public let isNotStarted: Bool

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        retryAfter = .zero
        isNotStarted = true
    }

    init(_ status: RPCStatus) {
        code = Code(status.code)
        message = status.message
        retryAfter = status.retryAfter
        isNotStarted = status.isNotStarted
    }
}

extension LoanClientError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension LoanClientError.Code {
    init(_ code: StatusCode) {
        switch code {
        case .cancelled: self = .canceled
        case .invalidArgument: self = .invalidArgument
        case .deadlineExceeded: self = .deadlineExceeded
        case .notFound: self = .notFound
        case .permissionDenied: self = .permissionDenied
        case .resourceExhausted: self = .resourceExhausted
        case .failedPrecondition: self = .failedPrecondition
        case .internal: self = .internal
        case .unavailable: self = .unavailable
        case .unauthenticated: self = .unauthenticated
        default: self = .other(code.rawValue)
        }
    }
}
