// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no request that is served. The connection ends with the answer: after such bytes
/// no reader knows where the next request begins.
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
        case chunkCount = "number of chunks"
        case end = "end of the body"
    }

    /// The answer that says it.
    /// - Parameter form: how the route of the request refuses, where it is known.
    package func answer(_ form: RefusalForm) -> HTTPAnswer {
        switch self {
        case .malformed: form.answer(400, "Bad Request: \(self)")
        case .targetTooLong: form.answer(414, "URI Too Long: \(self)")
        case .headersTooLarge: form.answer(431, "Request Header Fields Too Large: \(self)")
        case .bodyTooLarge: form.answer(413, "\(self)", kind: "value_error.body_too_large")
        case .versionNotSupported: form.answer(505, "HTTP Version Not Supported: \(self)")
        case .codingNotImplemented: form.answer(501, "Not Implemented: \(self)")
        case .expectationFailed: form.answer(417, "Expectation Failed: \(self)")
        case .timedOut: form.answer(408, "Request Timeout: \(self)")
        case .overloaded:
            form.answer(503, "\(self)", kind: "unavailable", retryAfterSeconds: 1)
        }
    }
}

extension HTTPParseError: CustomStringConvertible {
    /// What is wrong with the request.
    package var description: String {
        switch self {
        case .malformed(.chunkCount): "the body comes in too many small chunks"
        case .malformed(let part): "the \(part.rawValue) is malformed"
        case .targetTooLong(let limit): "the path and the query are longer than \(limit) bytes"
        case .headersTooLarge: "the headers are larger than this server takes"
        case .bodyTooLarge(let limit): "the body exceeds \(limit) bytes"
        case .versionNotSupported: "the request is not of HTTP/1.0 or HTTP/1.1"
        case .codingNotImplemented: "the only Transfer-Encoding that is read is chunked"
        case .expectationFailed: "the only Expect that is understood is 100-continue"
        case .timedOut: "the request did not arrive in time"
        case .overloaded: "too many large requests are under way"
        }
    }
}
