// SPDX-License-Identifier: Apache-2.0

internal import GRPCServer
internal import HTTPServer
internal import LoanRPC

extension HTTPAnswer {
    /// An answer of one message of gRPC.
    init(message: [UInt8]) {
        self.init(200, contentType: RefusalForm.messageType, body: .bytes(message))
    }

    /// A refusal of the binary RPC as one of gRPC, whose codes are the same.
    init(_ status: RPCStatus) {
        self.init(
            status.code.httpStatus,
            contentType: "text/plain",
            headers: [(GRPCStatus.codeField, "\(status.code.rawValue)")],
            body: .bytes(Array(status.message.utf8))
        )
        let seconds = status.retryAfter.components.seconds
        if seconds > 0 { self = retrying(after: Int(seconds)) }
    }
}

extension StatusCode {
    /// The status of HTTP by which the call is counted.
    fileprivate var httpStatus: Int {
        switch self {
        case .invalidArgument, .outOfRange: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .failedPrecondition, .aborted, .alreadyExists: 409
        case .resourceExhausted: 429
        case .cancelled: 499
        case .unimplemented: 501
        case .unavailable: 503
        case .deadlineExceeded: 504
        default: 500
        }
    }
}
