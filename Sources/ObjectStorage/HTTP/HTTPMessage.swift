// SPDX-License-Identifier: Apache-2.0

/// A request as the transport sends it.
struct HTTPRequest: Sendable {
    /// The method; `HEAD` gets no body back.
    var method: String
    /// Scheme, host, path and query, all encoded.
    var url: String
    /// Names and values; `host` and `content-length` are the transport's.
    var headers: [(name: String, value: String)]
    /// The bytes to send; empty for none.
    var body: [UInt8]
    /// The most bytes of an answer's body that are taken.
    var answerBytesMax: Int
    /// How long the server may think, counted from the last byte sent.
    var firstByteMax: Duration
    /// The way to the server.
    var route = TransportRoute.direct
}

/// The way to a server.
struct TransportRoute: Sendable, Equatable {
    /// The proxy to ask; nil to connect to the server itself.
    var proxy: ProxyAddress?
    /// The file of authorities to trust; nil for the system's.
    var caBundle: String?

    /// To the server itself, trusting the system's authorities.
    static let direct = TransportRoute()
}

/// An answer, with its whole body.
struct TransportResponse: Sendable {
    /// The status of HTTP.
    var status: Int
    /// Lower-case names; of equal ones the last.
    var headers: [String: String]
    /// The body, cut at the limit of the request.
    var body: [UInt8]
}

/// How an exchange ended without a whole answer.
enum TransportFailure: Error, Sendable, Equatable {
    case connect, resolve, tlsHandshake, certificate, firstByte, stalled, interrupted
    /// The proxy's name is not resolved, or it takes no connection.
    case proxyAway
    /// The proxy refuses to connect to the server; the status of HTTP, 0 without one.
    case proxyRefused(status: Int)
    /// The body is longer than the request allows.
    case answerTooLong
    /// Not HTTP, or an option this build of the library lacks.
    case malformed
}

/// Limits of the transport, in addition to those of each request.
package struct TransportLimits: Sendable, Hashable {
    /// To resolve and connect, TLS included.
    package var connectMax: Duration = .seconds(2)
    /// From the last byte sent to the first received.
    package var firstByteMax: Duration = .seconds(5)
    /// The time over which the rate is measured.
    package var stallWindow: Duration = .seconds(10)
    /// Fewer bytes per second over the window end the transfer.
    package var bytesPerSecondMin = 1_024

    /// The limits above.
    package init() {}
}
