// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import NIOCore

extension ByteBuffer {
    /// Appends the next bytes that a session may send: the frames that have room in what is
    /// allocated, and the one after them.
    mutating func write(from session: HTTP2Session) throws(HTTP2SessionError) {
        var failure: HTTP2SessionError?
        // Each frame is copied to where it is sent from, within the room that the buffer says.
        unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: 0) { room in
            do throws(HTTP2SessionError) {
                return try session.fill(room)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        _ = try session.pull { writeBytes($0) }
    }
}
