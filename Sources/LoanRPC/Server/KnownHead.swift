// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// The last short head of a connection with its bytes: a client's calls mostly have equal heads,
/// and to compare one costs a tenth of decoding it.
struct KnownHead {
    /// Up to 16 bytes, and how many.
    private struct Key: Equatable {
        var words: (UInt64, UInt64) = (0, 0)
        var count = 0

        init?(_ bytes: RawSpan) {
            guard bytes.byteCount <= 16 else { return nil }
            count = bytes.byteCount
            for offset in 0..<count {
                words.1 = words.1 << 8 | words.0 >> 56
                words.0 = words.0 << 8 | UInt64(bytes.byte(at: offset))
            }
        }

        static func == (left: Key, right: Key) -> Bool {
            left.words == right.words && left.count == right.count
        }
    }

    private var last: (key: Key, head: RequestHead)?

    /// Decodes and checks the head of a REQUEST.
    mutating func decode(
        _ bytes: RawSpan,
        in arena: inout MessageArena,
        limits: RPCLimits
    ) throws(RPCStatus) -> RequestHead {
        let key = Key(bytes)
        if let last, last.key == key { return last.head }
        let head = try RequestHead(decoding: bytes, in: &arena, limits: limits)
        if let key { last = (key, head) }
        return head
    }
}
