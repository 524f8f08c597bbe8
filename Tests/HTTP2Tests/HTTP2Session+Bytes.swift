// SPDX-License-Identifier: Apache-2.0

import HTTP2
import Machine

extension HTTP2Session {
    static let testTime = MonotonicTime(nanoseconds: 0)

    func feed(bytes: [UInt8]) throws {
        try unsafe feed(bytes.span.bytes, now: Self.testTime)
    }

    /// All that is to be sent, by way of memory of a size.
    func sentBytes(filling byteCount: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while try hasMore() {
            bytes += try unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { room, count in
                count = try fill(unsafe UnsafeMutableRawBufferPointer(room))
            }
            _ = try pull { span in bytes += unsafe span.withUnsafeBytes { unsafe Array($0) } }
        }
        return bytes
    }

    /// All that is to be sent.
    func sentBytes() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while try pull({ span in
            for offset in 0..<span.byteCount {
                bytes.append(unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            }
        }) {}
        return bytes
    }
}

struct UnexpectedEvents: Error { let events: [HTTP2Event] }
