// SPDX-License-Identifier: Apache-2.0

/// Numbers of a frame, read from its bytes without a copy.
package struct RecordColumn<Value: RecordedNumber>: RandomAccessCollection, Sendable {
    /// Whole numbers of values.
    package let bytes: ArraySlice<UInt8>

    private static var width: Int { MemoryLayout<Value>.size }

    /// The values in some bytes, as a frame has them.
    package init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// 0.
    package var startIndex: Int { 0 }
    /// The number of values.
    package var endIndex: Int { bytes.count / Self.width }
    // Asked for each column of each frame: those of all collections find it by generic steps.
    /// The number of values.
    package var count: Int { bytes.count / Self.width }
    /// Whether there is none.
    package var isEmpty: Bool { bytes.count < Self.width }

    /// The value of a place.
    package subscript(index: Int) -> Value {
        precondition(indices.contains(index), "the column has the row")
        // The index is within the bytes, which stay in place during the call; every bit pattern is
        // a value.
        let bits = unsafe bytes.span.bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: index * Self.width,
            as: Value.Bits.self
        )
        return Value(recorded: Value.Bits(littleEndian: bits))
    }

    /// Copies all values in one step.
    /// - Parameter start: where the first one goes; all of them must fit.
    package func copy(to target: inout MutableSpan<Value>, at start: Int) {
        precondition(
            start >= 0 && start <= target.count && count <= target.count - start,
            "the target has room for the column"
        )
        #if _endian(little)
            unsafe target.withUnsafeMutableBytes { room in
                unsafe bytes.withUnsafeBytes { source in
                    // Both have as many bytes as the values, by the check above; every bit pattern
                    // is a value.
                    let place = start * Self.width
                    let end = count * Self.width
                    unsafe UnsafeMutableRawBufferPointer(rebasing: room[place...])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<end]))
                }
            }
        #else
            for index in indices { target[start + index] = self[index] }
        #endif
    }
}
