// SPDX-License-Identifier: Apache-2.0

extension RawSpan {
    /// The byte at an offset that the caller has checked.
    @inlinable
    @inline(__always)
    public func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "the caller has checked the length")
        // The precondition above is the proof of the bound; every bit pattern is a valid byte.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// A copy of all bytes.
    package func copied() -> [UInt8] {
        [UInt8](unsafe withUnsafeBytes { unsafe Array($0) })
    }
}
