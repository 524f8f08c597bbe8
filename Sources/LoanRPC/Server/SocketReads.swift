// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Reads of a socket that do not wait, past its channel, which is not reading then.
enum SocketReads {
    /// Bytes that one call receives or drops at most.
    static let bytesMax = 64 << 10

    /// Receives at most `count` bytes after those of `buffer`.
    /// - Returns: what `recv` returns: the bytes; 0 at the end, -1 when there is nothing or a failure.
    static func receive(_ count: Int, from socket: CInt, into buffer: inout ByteBuffer) -> Int {
        let asked = min(count, bytesMax)
        var result = 0
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: asked) { free in
            // The buffer has made room for `asked` bytes, and counts those that were written.
            result = unsafe recv(socket, free.baseAddress, asked, CInt(MSG_DONTWAIT))
            return max(0, result)
        }
        return result
    }

    /// Drops at most `count` bytes that have come: the kernel does not copy what is only counted
    /// (`MSG_TRUNC` of tcp(7)).
    /// - Returns: as `receive`.
    static func discard(_ count: Int, from socket: CInt) -> Int {
        let asked = min(count, bytesMax)
        // Memory that is not written to, and would have room if it was.
        return unsafe withUnsafeTemporaryAllocation(byteCount: asked, alignment: 1) { free in
            unsafe recv(
                socket,
                free.baseAddress,
                asked,
                CInt(MSG_DONTWAIT) | CInt(MSG_TRUNC)
            )
        }
    }
}
