// SPDX-License-Identifier: Apache-2.0

internal import Machine

extension Span where Element == UInt8 {
    /// The integer whose little-endian bytes begin at `start`.
    @inline(__always)
    func littleEndian<Value: FixedWidthInteger>(_: Value.Type, at start: Int) -> Value {
        var value = Value.zero
        for index in 0..<Value.bitWidth / 8 {
            value |= Value(truncatingIfNeeded: self[start &+ index]) &<< (8 &* index)
        }
        return value
    }
}

extension [UInt8] {
    /// Appends the little-endian bytes of `value`.
    @inline(__always)
    mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
        for index in 0..<Value.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: value &>> (8 &* index)))
        }
    }

    /// Appends numbers as tensors have them.
    mutating func append(littleEndian values: [Float]) {
        LittleEndianFloats.append(values, to: &self)
    }
}
