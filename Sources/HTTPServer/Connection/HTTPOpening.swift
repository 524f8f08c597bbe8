// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Another protocol on a port of HTTP/1.1: how its connections begin, and who speaks it.
package struct HTTPOpening: Sendable {
    /// Makes what speaks the protocol on a connection.
    package typealias Handler =
        @Sendable (HTTPServerShared, any Channel) throws -> any ChannelHandler

    /// The first bytes of every client, as many as no request of HTTP/1.1 begins with.
    package let bytes: [UInt8]
    /// The name by which TLS must have agreed on the protocol (ALPN); nil where it need not.
    package let requiredName: String?
    let makeHandler: Handler

    /// - Parameters:
    ///   - bytes: the first bytes of every client; not empty.
    ///   - requiredName: the name by which TLS must have agreed on the protocol; nil where the
    ///     bytes are enough.
    ///   - makeHandler: makes what speaks the protocol, on the loop of the connection.
    package init(
        bytes: [UInt8],
        requiredName: String? = nil,
        _ makeHandler: @escaping Handler
    ) {
        precondition(!bytes.isEmpty, "what begins with nothing begins like everything")
        self.bytes = bytes
        self.requiredName = requiredName
        self.makeHandler = makeHandler
    }

    /// HTTP/2, by its preface (RFC 9113, section 3.4) up to where a method of HTTP/1.1 may be the
    /// same no more.
    package static func http2(_ makeHandler: @escaping HTTPListener.Handler) -> HTTPOpening {
        HTTPOpening(bytes: Array("PRI ".utf8)) { shared, _ in makeHandler(shared) }
    }
}

/// Whose the first bytes of a connection are.
package enum HTTPOpeningVerdict: Equatable, Sendable {
    /// They are too few to say.
    case open
    /// HTTP/1.1's.
    case http1
    /// Those of the protocol in this place of the list.
    case other(Int)
}

extension [HTTPOpening] {
    /// Looks at the bytes that have come so far. Once it is known whose they are, further ones do
    /// not change it.
    package func verdict(of received: some Collection<UInt8>) -> HTTPOpeningVerdict {
        var mayBeOther = false
        for (index, opening) in enumerated() {
            let head = received.prefix(opening.bytes.count)
            guard opening.bytes.starts(with: head) else { continue }
            if head.count == opening.bytes.count { return .other(index) }
            mayBeOther = true
        }
        return mayBeOther ? .open : .http1
    }
}
