// SPDX-License-Identifier: Apache-2.0

extension RawSpan {
    /// The byte at an offset that the caller has checked.
    @inline(__always)
    package func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "the caller has checked the length")
        // The precondition above is the proof of the bound; every bit pattern is a valid byte.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

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

    /// A copy of all bytes.
    package func copied() -> [UInt8] {
        [UInt8](unsafe withUnsafeBytes { unsafe Array($0) })
    }
}
