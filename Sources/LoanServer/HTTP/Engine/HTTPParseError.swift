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
        case chunkCount = "body in too many small chunks"
        case end = "end of the body"
    }

    /// The answer that says it.
    /// - Parameter form: how the route of the request refuses, where it is known.
    package func answer(_ form: RefusalForm) -> HTTPAnswer {
        switch self {
        case .malformed(let part): form.answer(400, "Bad Request: malformed \(part.rawValue)")
        case .targetTooLong(let limit):
            form.answer(414, "URI Too Long: the limit is \(limit) bytes")
        case .headersTooLarge: form.answer(431, "Request Header Fields Too Large")
        case .bodyTooLarge(let limit): form.answer(.bodyTooLarge(limit: limit))
        case .versionNotSupported: form.answer(505, "HTTP Version Not Supported")
        case .codingNotImplemented: form.answer(501, "Not Implemented: transfer coding")
        case .expectationFailed: form.answer(417, "Expectation Failed")
        case .timedOut: form.answer(408, "Request Timeout")
        case .overloaded:
            form.answer(
                .unavailable(
                    message: "too many large requests are under way",
                    retryAfterSeconds: 1
                )
            )
        }
    }
}
