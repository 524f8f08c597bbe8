// SPDX-License-Identifier: Apache-2.0
//
// Proof for the pointers: nghttp2 counts the references to its buffers, which never change. Each
// field holds one to its name and one to its value, and so the memory of both, while it lives.

internal import CNGHTTP2

/// A field in the buffers of nghttp2, which are those of HPACK's table where the other side refers
/// to that: the same buffers are the same field, without a look at its bytes.
@safe
final class NGHTTP2Field {
    private let name: OpaquePointer
    private let value: OpaquePointer
    /// Bytes as RFC 9113, section 6.5.2, counts a field.
    let byteCount: Int

    /// Bytes that a field counts in addition to those of its name and its value.
    static let overhead = 32

    @unsafe
    init(_ name: OpaquePointer, _ value: OpaquePointer) {
        unsafe nghttp2_rcbuf_incref(name)
        unsafe nghttp2_rcbuf_incref(value)
        unsafe self.name = name
        unsafe self.value = value
        byteCount =
            unsafe nghttp2_rcbuf_get_buf(name).len + nghttp2_rcbuf_get_buf(value).len
            + Self.overhead
    }

    deinit {
        unsafe nghttp2_rcbuf_decref(name)
        unsafe nghttp2_rcbuf_decref(value)
    }

    /// Whether a field lies in the same buffers.
    @unsafe
    func isSame(_ name: OpaquePointer, _ value: OpaquePointer) -> Bool {
        unsafe name == self.name && value == self.value
    }

    /// Hands on the bytes of a name or a value.
    @unsafe
    static func bytes(of buffer: OpaquePointer) -> UnsafeBufferPointer<UInt8> {
        let bytes = unsafe nghttp2_rcbuf_get_buf(buffer)
        return unsafe UnsafeBufferPointer(start: bytes.base, count: bytes.len)
    }
}
