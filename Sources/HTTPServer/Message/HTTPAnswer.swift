// SPDX-License-Identifier: Apache-2.0

package import JSON
package import NIOCore

/// What a call is answered.
package struct HTTPAnswer: Sendable {
    /// The bytes after the head.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Bytes that many answers have, such as a page's: they are not copied for each.
        case shared(ByteBuffer)
        /// Pieces as they come; the answer ends when the stream does. The stream is let go when the
        /// client is gone.
        case stream(Pieces)
    }

    /// A stream as an object: the size of the former is known at run time alone, and would have
    /// every answer copied by way of its metadata.
    package final class Pieces: Sendable {
        /// The pieces, which are read once.
        package let stream: AsyncStream<[UInt8]>

        /// The pieces of a stream.
        package init(_ stream: AsyncStream<[UInt8]>) { self.stream = stream }
    }

    /// The status of HTTP.
    package var status: Int
    /// Further fields than length, type, date and connection, which are written by themselves.
    package var headers: [(name: String, value: String)]
    /// The `Content-Type`; nil leaves the field out.
    package var contentType: String?
    /// What follows the head.
    package var body: Body
    /// What must be on disk before it is sent, as those count who keep the record; nil for an
    /// answer that may be sent at once.
    package var ticket: UInt64?

    /// An answer without a body where none is given.
    package init(
        _ status: Int,
        contentType: String? = nil,
        headers: [(name: String, value: String)] = [],
        body: Body = .bytes([])
    ) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }

    /// An answer of JSON.
    package static func json(_ status: Int, _ value: JSONValue) -> HTTPAnswer {
        json(status, bytes: value.serialized)
    }

    /// An answer of text that is JSON already.
    package static func json(_ status: Int, bytes: [UInt8]) -> HTTPAnswer {
        HTTPAnswer(status, contentType: "application/json", body: .bytes(bytes))
    }

    /// The same answer, which waits until something is on disk; nil leaves it as it is.
    package func waiting(for ticket: UInt64?) -> HTTPAnswer {
        guard let ticket else { return self }
        var answer = self
        answer.ticket = ticket
        return answer
    }

    /// The same answer, with the time after which to try again; nil where that would not help.
    package func retrying(after seconds: Int?) -> HTTPAnswer {
        guard let seconds else { return self }
        var answer = self
        answer.headers.append(("retry-after", "\(seconds)"))
        return answer
    }

    /// `{"detail": message}`, as FastAPI refuses what no route sees.
    package static func refusal(_ status: Int, _ message: String) -> HTTPAnswer {
        json(status, .members(["detail": .string(message)]))
    }
}
