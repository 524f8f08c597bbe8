// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import LoanRPC
internal import NIOCore
internal import Protobuf

/// A blocking TCP client that sends any bytes: what a hostile or broken peer does.
package final class RawClient {
    private let descriptor: Int32

    /// Connects to 127.0.0.1. Reads wait at most `patience` milliseconds.
    package init(port: Int, patience: Int = 5000) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A sockaddr_in: family, port and address, the latter two big-endian.
        let address: [UInt8] =
            [UInt8(AF_INET), 0, UInt8(port >> 8), UInt8(port & 255), 127, 0, 0, 1]
            + Array(repeating: 0, count: 8)
        let result = unsafe address.withUnsafeBytes { bytes in
            unsafe connect(
                descriptor,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        guard result == 0 else { throw RPCStatus(.unavailable, "connect: \(errno)") }
        var time = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
        let timeSize = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, timeSize)
    }

    deinit { close(descriptor) }

    /// The sending side, for another task.
    package var sender: RawSender { RawSender(descriptor: descriptor) }

    /// Sends all bytes; false when the server has closed.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { sender.send(bytes) }

    /// Makes closing send a reset.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; empty when the server has closed; nil when nothing came in time.
    package func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        if count < 0 { return errno == EAGAIN ? nil : [] }
        return Array(buffer[..<count])
    }

    /// Everything until the server closes; nil when it does not in time.
    package func receiveAll() -> [UInt8]? {
        var all: [UInt8] = []
        while let bytes = receive() {
            if bytes.isEmpty { return all }
            all += bytes
        }
        return nil
    }

    /// Frames until `isLast` holds, the server closes, or nothing comes in time.
    package func frames(until isLast: (WireFrame) -> Bool) -> [WireFrame] {
        var frames: [WireFrame] = []
        while let next = nextFrame() {
            frames.append(next)
            if isLast(next) { break }
        }
        return frames
    }

    private var pending: [UInt8] = []

    /// The next frame, or nil at the end.
    package func nextFrame() -> WireFrame? {
        while true {
            if let (frame, count) = WireFrame.first(in: pending) {
                pending.removeFirst(count)
                return frame
            }
            guard let bytes = receive(), !bytes.isEmpty else { return nil }
            pending += bytes
        }
    }
}

/// Sends on a client's socket, while the client is alive.
package struct RawSender: Sendable {
    fileprivate let descriptor: Int32

    /// Sends all bytes; false when the server has closed.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + sent },
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

/// A frame as it came.
package struct WireFrame: Equatable {
    /// Its header.
    package var header: FrameHeader
    /// What follows the header.
    package var payload: [UInt8]

    /// The frame at the start of `bytes` and its length; nil while it is incomplete.
    package static func first(in bytes: [UInt8]) -> (WireFrame, Int)? {
        guard bytes.count >= FrameHeader.byteCount,
            let header = try? FrameHeader(unsafe bytes.span.bytes, lengthMax: 16 << 20)
        else { return nil }
        let end = FrameHeader.byteCount + header.length
        guard bytes.count >= end else { return nil }
        return (WireFrame(header: header, payload: Array(bytes[FrameHeader.byteCount..<end])), end)
    }

    /// The status of an END.
    package var status: RPCStatus? {
        guard header.type == .end, payload.count >= 2 else { return nil }
        let count = Int(payload[0]) << 8 | Int(payload[1])
        guard count > 0 else { return RPCStatus(.ok) }
        var arena = MessageArena()
        return try? RPCStatus(
            decoding: unsafe payload.span.bytes.extracting(2..<2 + count),
            in: &arena
        )
    }

    /// The payload of a GOAWAY.
    package var goAway: GoAway? {
        guard header.type == .goAway else { return nil }
        var arena = MessageArena()
        return try? GoAway(decoding: unsafe payload.span.bytes, in: &arena)
    }
}

/// Bytes that clients send.
package enum Wire {
    /// A frame of any kind, with any length.
    package static func frame(
        _ type: UInt8,
        flags: UInt8 = 0,
        reserved: UInt8 = 0,
        stream: UInt32 = 0,
        length: UInt32? = nil,
        _ payload: [UInt8] = []
    ) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(UInt8(0xA7), type, flags, reserved)
        buffer.writeMultipleIntegers(length ?? UInt32(payload.count), stream)
        return Array(buffer.readableBytesView) + payload
    }

    /// Preface and HELLO.
    package static func greeting(_ hello: Hello = Hello()) -> [UInt8] {
        Preface.bytes + frame(1, hello.encoded())
    }

    /// REQUEST with a message.
    package static func request(
        _ method: LoanRPC.Method,
        stream: UInt32 = 1,
        timeout: Duration = .zero,
        endsStream: Bool = true,
        _ message: [UInt8] = []
    ) -> [UInt8] {
        request(
            head: RequestHead(method: method, timeout: timeout).encoded(),
            stream: stream,
            endsStream: endsStream,
            message
        )
    }

    /// REQUEST with any bytes for its head.
    package static func request(
        head: [UInt8],
        stream: UInt32 = 1,
        endsStream: Bool = true,
        _ message: [UInt8] = []
    ) -> [UInt8] {
        let size = [UInt8(head.count >> 8), UInt8(head.count & 255)]
        return frame(2, flags: endsStream ? 1 : 0, stream: stream, size + head + message)
    }

    /// A PredictRequest of one row without values.
    package static let oneRow =
        PredictRequest(model: "m", rows: .applications(ApplicationColumns(rowCount: 1))).encoded()
}
