// SPDX-License-Identifier: Apache-2.0

/// What of an answer's body is not sent.
struct HTTP2Output {
    /// The pieces, of which the first is sent from `offset` on.
    private var pieces: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    /// Bytes of all of them.
    private(set) var byteCount = 0
    /// The fields after the body, once it is known that nothing more comes.
    var trailers: [(name: String, value: String)]?

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        pieces.append(bytes)
        byteCount += bytes.count
    }

    /// Moves the next bytes to `target`.
    /// - Returns: how many there were.
    @safe
    mutating func move(to target: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < target.count, first < pieces.count {
            let piece = pieces[first]
            let count = min(target.count - written, piece.count - offset)
            unsafe piece.withUnsafeBytes { source in
                // Both ranges lie within their buffers, by the minimum above.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[written..<written + count])
                    .copyMemory(from: .init(rebasing: source[offset..<offset + count]))
            }
            written += count
            offset += count
            guard offset == piece.count else { break }
            pieces[first] = []
            first += 1
            offset = 0
        }
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
        }
        byteCount -= written
        return written
    }
}
