// SPDX-License-Identifier: Apache-2.0

/// What the bytes of a client say, in their order.
package enum HTTP2Event: Sendable {
    /// A request has begun.
    /// - Parameter isEnd: whether it has no body.
    case request(stream: Int32, fields: HTTP2Fields, isEnd: Bool)
    /// A part of a request's body: a range of the bytes that were just fed.
    case data(stream: Int32, range: Range<Int>)
    /// The body is there whole.
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
