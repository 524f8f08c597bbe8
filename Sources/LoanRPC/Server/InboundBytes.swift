// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

/// The bytes that a connection has received, from those that something still refers to up to those
/// that are not consumed.
struct InboundBytes {
    /// A slice keeps the whole read alive: worth it for messages from this size on.
    private static let sliceBytesMin = 16 << 10

    /// The bytes; the first `position` of them are consumed.
    private(set) var buffer = ByteBuffer()
    /// The first byte that is not consumed.
    private(set) var position = 0
    /// Whether a call keeps a slice, so that the memory must not be written to.
    private var isShared = false

    /// Bytes that are not consumed.
    var unreadCount: Int { buffer.readableBytes - position }

    // MARK: Taking

    /// Takes what the channel has read.
    /// - Parameter isReferredTo: whether consumed bytes are, so that they stay in their place.
    mutating func append(_ received: ByteBuffer, isReferredTo: Bool) {
        if unreadCount == 0, !isReferredTo {
            buffer = received
            position = 0
            isShared = false
        } else {
            if isShared, !isReferredTo { detach() }
            buffer.writeImmutableBuffer(received)
        }
    }

    /// Receives at most `count` bytes from a socket; see `SocketReads.receive`.
    /// - Parameter isReferredTo: as for `append`.
    mutating func receive(_ count: Int, from socket: CInt, isReferredTo: Bool) -> Int {
        if unreadCount == 0, !isReferredTo {
            if isShared { buffer = ByteBuffer() } else { buffer.clear() }
            position = 0
            isShared = false
        } else if isShared, !isReferredTo {
            detach()
        }
        return SocketReads.receive(count, from: socket, into: &buffer)
    }

    // MARK: Consuming

    /// The next `count` bytes are consumed.
    mutating func consume(_ count: Int) { position += count }

    /// A part of the bytes, for work that outlives the read.
    mutating func kept(_ range: ByteRange) -> ByteBuffer {
        let count = Int(range.count)
        let start = buffer.readerIndex + Int(range.start)
        guard count >= Self.sliceBytesMin, let slice = buffer.getSlice(at: start, length: count)
        else {
            var copy = ByteBuffer()
            let buffer = buffer
            copy.writeBytes(buffer.readableBytesSpan.extracting(range.range))
            return copy
        }
        isShared = true
        return slice
    }

    /// Drops what is consumed, which nothing refers to.
    mutating func dropConsumed() {
        guard position > 0 else { return }
        if isShared { return detach() }
        buffer.moveReaderIndex(forwardBy: position)
        position = 0
        // A buffer that nobody holds is read into again.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() } else { buffer.discardReadBytes() }
    }

    /// Leaves the bytes to the slices that are kept and goes on with a copy of the rest.
    private mutating func detach() {
        buffer.moveReaderIndex(forwardBy: position)
        position = 0
        var rest = ByteBuffer()
        rest.writeImmutableBuffer(buffer)
        buffer = rest
        isShared = false
    }
}
