// SPDX-License-Identifier: Apache-2.0

/// What of a body is not sent.
final class HTTP2Output {
    /// The piece that is being sent, from `offset` on.
    private var piece: [UInt8] = []
    private var offset = 0
    /// The pieces after it, from `next` on.
    private var pieces: [[UInt8]] = []
    private var next = 0
    /// Bytes of all of them.
    private(set) var byteCount = 0
    /// The fields after the body, once it is known that nothing more comes.
    var trailers: HTTP2FieldList?
    /// Whether nghttp2 waits until there is more.
    var isAwaited = false

    init() {}

    func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if byteCount == 0 {
            piece = bytes
            offset = 0
        } else {
            pieces.append(bytes)
        }
        byteCount += bytes.count
    }

    /// Moves the next bytes to `target`.
    /// - Returns: how many there were.
    @safe
    func move(to target: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < target.count, byteCount > 0 {
            let count = min(target.count - written, piece.count - offset)
            unsafe piece.withUnsafeBytes { source in
                // Both ranges lie within their buffers, by the minimum above.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[written..<written + count])
                    .copyMemory(from: .init(rebasing: source[offset..<offset + count]))
            }
            written += count
            offset += count
            byteCount -= count
            if offset == piece.count { takeNextPiece() }
        }
        return written
    }

    /// Releases all that is kept, for another body.
    func clear() {
        if byteCount > 0 { piece = [] }
        // A long queue is not kept for streams that mostly have one piece.
        if byteCount > 0 || pieces.capacity > 16 { pieces = [] }
        (offset, next, byteCount) = (0, 0, 0)
        trailers = nil
        isAwaited = false
    }

    private func takeNextPiece() {
        offset = 0
        guard next < pieces.count else { return piece = [] }
        piece = pieces[next]
        pieces[next] = []
        next += 1
        if next == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            next = 0
        }
    }
}
