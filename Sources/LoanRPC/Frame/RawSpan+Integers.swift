// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension RawSpan {
    /// Two bytes, big-endian.
    @inline(__always)
    package func bigEndian16(at offset: Int) -> UInt16 {
        UInt16(byte(at: offset)) << 8 | UInt16(byte(at: offset + 1))
    }

    /// Four bytes, big-endian.
    @inline(__always)
    package func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
    }
}
