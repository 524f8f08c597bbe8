// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// Why bytes are no request that is served. The connection ends with the answer: behind such bytes
/// nobody can tell where the next request begins.
package enum HTTPParseError: Error, Equatable {
    /// Not HTTP/1.x as RFC 9112 writes it, or a form of it that parsers disagree about.
    case malformed(Part)
    case targetTooLong(limit: Int)
    case headersTooLarge
    case bodyTooLarge(limit: Int)
    case versionNotSupported
    /// A transfer coding other than chunked.
    case codingNotImplemented
    /// An expectation other than 100-continue.
    case expectationFailed
    /// The request did not arrive in time.
    case timedOut
    /// All connections together hold more than they may.
    case overloaded

    /// What of the request is malformed.
    package enum Part: String, Sendable {
        case requestLine = "request line"
        case lineEnd = "line end"
        case fieldName = "header name"
        case fieldValue = "header value"
        case host = "Host"
        case contentLength = "Content-Length"
        case transferEncoding = "Transfer-Encoding"
        case chunk = "chunk"
        case end = "end of the body"
    }

    /// The answer that says it.
    package var answer: HTTPAnswer {
        switch self {
        case .malformed(let part): .refusal(400, "Bad Request: malformed \(part.rawValue)")
        case .targetTooLong(let limit): .refusal(414, "URI Too Long: the limit is \(limit) bytes")
        case .headersTooLarge: .refusal(431, "Request Header Fields Too Large")
        case .bodyTooLarge(let limit): .refusal(.bodyTooLarge(limit: limit))
        case .versionNotSupported: .refusal(505, "HTTP Version Not Supported")
        case .codingNotImplemented: .refusal(501, "Not Implemented: transfer coding")
        case .expectationFailed: .refusal(417, "Expectation Failed")
        case .timedOut: .refusal(408, "Request Timeout")
        case .overloaded:
            .refusal(
                ErrorResponse(
                    .unavailable(
                        message: "too many large requests are under way",
                        retryAfterSeconds: 1
                    )
                )
            )
        }
    }
}
