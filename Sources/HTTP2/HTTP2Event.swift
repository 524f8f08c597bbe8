// SPDX-License-Identifier: Apache-2.0

/// What the bytes of the other side say, in their order.
package enum HTTP2Event: Sendable {
    /// A request has begun.
    /// - Parameter isEnd: whether it has no body.
    case request(stream: Int32, fields: HTTP2Fields, isEnd: Bool)
    /// Fields of an answer have come: those before its body, or those after it.
    /// - Parameter isEnd: whether nothing follows.
    case response(stream: Int32, fields: HTTP2Fields, isEnd: Bool)
    /// A part of a body: a range of the bytes that were just fed.
    case data(stream: Int32, range: Range<Int>)
    /// The request is there whole.
    case end(stream: Int32)
    /// The stream is over, for either side.
    /// - Parameter code: 0 where both sides have said all.
    case closed(stream: Int32, code: UInt32)
}

/// Codes of RST_STREAM and GOAWAY (RFC 9113, section 7).
package enum HTTP2ErrorCode: UInt32, Sendable {
    case noError = 0
    case `protocol` = 1
    case `internal` = 2
    case refused = 7
    case cancel = 8
    case enhanceYourCalm = 11
}
