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
}

/// An answer, with its whole body.
struct HTTPAnswer: Sendable {
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
    /// The body is longer than the request allows.
    case answerTooLong
    /// Not HTTP, or an option this build of the library lacks.
    case malformed

    /// Whether another attempt may succeed.
    var isTransient: Bool {
        switch self {
        case .connect, .resolve, .tlsHandshake, .firstByte, .stalled, .interrupted: true
        case .certificate, .answerTooLong, .malformed: false
        }
    }
}

/// Limits of the transport, beside those of each request.
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
