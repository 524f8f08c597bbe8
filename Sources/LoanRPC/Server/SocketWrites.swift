// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Writes to a socket that do not wait, past its channel, which has nothing to write then.
enum SocketWrites {
    /// Sends the readable bytes of a buffer, or the beginning of them.
    /// - Returns: what `send` returns: the bytes that were taken; -1 when there is no room or a failure.
    static func send(_ buffer: ByteBuffer, to socket: CInt) -> Int {
        unsafe buffer.withUnsafeReadableBytes { bytes in
            // The bytes live during the call.
            unsafe Glibc.send(
                socket,
                bytes.baseAddress,
                bytes.count,
                CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
            )
        }
    }
}
