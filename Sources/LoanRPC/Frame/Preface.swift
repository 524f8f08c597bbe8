// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// The 8 bytes that a client sends first: a byte that is not text, "LDP", a line end that text
/// conversion would break, and the major version.
package enum Preface {
    /// The first bytes of a client.
    package static let bytes: [UInt8] = [0x89, 0x4C, 0x44, 0x50, 0x0D, 0x0A, 0x1A, majorVersion]
    /// The version, which is the last of these bytes.
    package static let majorVersion: UInt8 = 1

    /// What the first bytes of a connection are.
    package enum Verdict: Equatable, Sendable {
        case incomplete
        /// The preface of this version.
        case accepted
        /// The preface of another major version.
        case otherMajor(UInt8)
        /// The start of an HTTP request.
        case http
        /// The start of a TLS handshake.
        case tls
        case unknown
    }

    private static let httpMethods = [
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT ",
        "PRI ",
    ].map { Array($0.utf8) }

    /// Looks at the bytes received so far.
    package static func examine(_ received: RawSpan) -> Verdict {
        guard received.byteCount > 0 else { return .incomplete }
        if received.byte(at: 0) != bytes[0] { return examineForeign(received) }
        for offset in 0..<min(received.byteCount, bytes.count - 1)
        where received.byte(at: offset) != bytes[offset] {
            return .unknown
        }
        guard received.byteCount >= bytes.count else { return .incomplete }
        let major = received.byte(at: bytes.count - 1)
        return major == majorVersion ? .accepted : .otherMajor(major)
    }

    private static func examineForeign(_ received: RawSpan) -> Verdict {
        // A TLS record: handshake (22), version 3.x.
        if received.byte(at: 0) == 0x16 {
            guard received.byteCount >= 2 else { return .incomplete }
            return received.byte(at: 1) == 0x03 ? .tls : .unknown
        }
        var mayBeHTTP = false
        for method in httpMethods {
            let shared = min(method.count, received.byteCount)
            guard (0..<shared).allSatisfy({ received.byte(at: $0) == method[$0] }) else { continue }
            if shared == method.count { return .http }
            mayBeHTTP = true
        }
        return mayBeHTTP ? .incomplete : .unknown
    }
}
