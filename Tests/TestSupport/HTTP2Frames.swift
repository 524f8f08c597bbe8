// SPDX-License-Identifier: Apache-2.0

/// Frames of HTTP/2 (RFC 9113, section 4.1), as a client writes and reads them: by hand, so that
/// wrong ones are written, too.
package struct HTTP2Frame: Equatable, Sendable {
    /// The frame's type.
    package enum Kind: UInt8, Sendable {
        case data = 0
        case headers = 1
        case priority = 2
        case reset = 3
        case settings = 4
        case ping = 6
        case goAway = 7
        case windowUpdate = 8
        case continuation = 9
    }

    /// The flag of the last frame of a stream.
    package static let endStream: UInt8 = 1
    /// The flag of the last frame of a list of fields.
    package static let endHeaders: UInt8 = 4
    /// What a connection begins with.
    package static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + HTTP2Frame(.settings).bytes

    package var kind: UInt8
    package var flags: UInt8
    package var stream: UInt32
    package var payload: [UInt8]

    /// A frame by its parts.
    package init(
        _ kind: Kind,
        flags: UInt8 = 0,
        stream: UInt32 = 0,
        payload: [UInt8] = []
    ) {
        self.kind = kind.rawValue
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// The frame as it is sent.
    package var bytes: [UInt8] {
        let count = payload.count
        return [UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF), kind, flags]
            + Self.integer(stream) + payload
    }

    /// The frames that bytes are made of.
    package static func frames(of bytes: [UInt8]) -> [HTTP2Frame] {
        var frames: [HTTP2Frame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            var frame = HTTP2Frame(
                .data,
                flags: head[4],
                payload: Array(rest.dropFirst(9).prefix(count))
            )
            frame.kind = head[3]
            frame.stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) }
            frames.append(frame)
            rest = rest.dropFirst(9 + count)
        }
        return frames
    }

    /// Whether the frame is of a kind.
    package func isA(_ kind: Kind) -> Bool { self.kind == kind.rawValue }

    // MARK: Kinds

    /// The head of a request.
    package static func headers(
        _ stream: UInt32,
        _ fields: [(String, String)],
        isEnd: Bool = false
    ) -> HTTP2Frame {
        HTTP2Frame(
            .headers,
            flags: endHeaders | (isEnd ? endStream : 0),
            stream: stream,
            payload: fields.flatMap { [0] + literal($0.0) + literal($0.1) }
        )
    }

    /// A part of a body.
    package static func data(
        _ stream: UInt32,
        _ bytes: [UInt8],
        isEnd: Bool = false
    ) -> HTTP2Frame {
        HTTP2Frame(.data, flags: isEnd ? endStream : 0, stream: stream, payload: bytes)
    }

    /// The end of a stream by the client.
    package static func reset(_ stream: UInt32) -> HTTP2Frame {
        HTTP2Frame(.reset, stream: stream, payload: integer(8))
    }

    /// A PING.
    package static let ping = HTTP2Frame(.ping, payload: [UInt8](repeating: 7, count: 8))

    /// The fields of a call of gRPC.
    package static func call(
        _ path: String,
        _ further: [(String, String)] = []
    ) -> [(String, String)] {
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        ] + further
    }

    /// A text of HPACK (RFC 7541, section 5.2), as it is.
    private static func literal(_ text: String) -> [UInt8] {
        let count = text.utf8.count
        guard count >= 127 else { return [UInt8(count)] + text.utf8 }
        var length: [UInt8] = [127]
        var rest = count - 127
        while rest > 127 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + text.utf8
    }

    private static func integer(_ value: UInt32) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
