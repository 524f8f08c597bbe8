// SPDX-License-Identifier: Apache-2.0
//
// Copies between little-endian bytes of the wire and arrays of float32. Every platform that this
// package builds for is little-endian, so that both are the same bytes.
//
// Proof for the pointers: source and target are borrowed for the call by `withUnsafeBytes`; every
// copy is preceded by a check of both bounds; float32 and u8 take every bit pattern.

internal import NIOCore

extension MutableSpan where Element: BitwiseCopyable {
    /// Overwrites the elements from `offset` with the bytes at `range` of `source`.
    package mutating func copy(_ range: Range<Int>, of source: RawSpan, to offset: Int) {
        let byteOffset = offset * MemoryLayout<Element>.stride
        unsafe withUnsafeMutableBytes { target in
            precondition(
                range.upperBound <= source.byteCount && byteOffset + range.count <= target.count,
                "the caller has sized the arena by the same lengths"
            )
            unsafe source.withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawBufferPointer(
                    rebasing: target[byteOffset..<byteOffset + range.count]
                ).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
    }
}

extension ByteBuffer {
    /// Writes values as little-endian bytes.
    package mutating func writeValues<Value: BitwiseCopyable>(_ values: Span<Value>) {
        // Values of the wire (float32, float64, u8) have no padding.
        unsafe writeBytes(values.bytes)
    }

    /// Lends the float32 values that fill the readable bytes, or nil where they are not aligned.
    package func withAlignedFloats<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try unsafe readableBytesSpan.withUnsafeBytes { bytes throws(Failure) -> Result? in
            let address = UInt(bitPattern: bytes.baseAddress)
            guard address % UInt(MemoryLayout<Float>.alignment) == 0 else { return nil }
            let floats = unsafe bytes.assumingMemoryBound(to: Float.self)
            return try body(unsafe Span(_unsafeElements: floats))
        }
    }
}
