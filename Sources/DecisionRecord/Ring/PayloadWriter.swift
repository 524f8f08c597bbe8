// SPDX-License-Identifier: Apache-2.0
//
// Writes a protobuf message into memory of a known length, without an array in between.
// Source: https://protobuf.dev/programming-guides/encoding/

/// The payload of a frame that is being written.
///
/// Proof for the pointers: `next` and `end` are within the memory that was given for the life of
/// this value, and every write checks that it fits.
@safe
struct PayloadWriter: ~Copyable {
    private var next: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer

    @unsafe
    init(_ start: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe next = unsafe start
        unsafe end = unsafe start + byteCount
    }

    /// Whether all is written.
    var isFull: Bool { unsafe next == end }

    /// A field of whole numbers; left out where it is 0.
    mutating func number(_ field: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        varint(UInt64(field) << 3)
        varint(value)
    }

    /// The start of a field of bytes or a message, whose contents follow.
    mutating func begin(_ field: UInt32, byteCount: Int) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(byteCount))
    }

    /// A field of bytes; left out where there are none.
    mutating func field(_ field: UInt32, _ bytes: RawColumn) {
        guard bytes.byteCount > 0 else { return }
        begin(field, byteCount: bytes.byteCount)
        append(bytes)
    }

    /// Bytes as they are.
    mutating func append(_ bytes: RawColumn) {
        let count = bytes.byteCount
        reserve(count)
        unsafe bytes.copy(to: next)
        unsafe next += count
    }

    /// The bytes of an array.
    mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            // There is room for it, as was checked.
            if let start = source.baseAddress {
                unsafe next.copyMemory(from: start, byteCount: source.count)
            }
        }
        unsafe next += bytes.count
    }

    private mutating func varint(_ value: UInt64) {
        let count = Self.byteCount(value)
        reserve(count)
        var rest = value
        for place in 0..<count - 1 {
            unsafe next.storeBytes(
                of: UInt8(truncatingIfNeeded: rest) | 0x80,
                toByteOffset: place,
                as: UInt8.self
            )
            rest >>= 7
        }
        unsafe next.storeBytes(
            of: UInt8(truncatingIfNeeded: rest),
            toByteOffset: count - 1,
            as: UInt8.self
        )
        unsafe next += count
    }

    @inline(__always)
    private func reserve(_ count: Int) {
        precondition(unsafe count <= end - next, "a payload's length is worked out before")
    }

    // MARK: - Lengths

    /// Bytes of a varint.
    @inline(__always)
    static func byteCount(_ value: UInt64) -> Int {
        let bits = 64 - (value | 1).leadingZeroBitCount
        return (bits + 6) / 7
    }

    /// Bytes of a field of whole numbers.
    @inline(__always)
    static func numberByteCount(_ field: UInt32, _ value: UInt64) -> Int {
        value == 0 ? 0 : byteCount(UInt64(field) << 3) + byteCount(value)
    }

    /// Bytes of a field of `count` bytes; none where `count` is 0.
    @inline(__always)
    static func fieldByteCount(_ field: UInt32, _ count: Int) -> Int {
        count == 0 ? 0 : byteCount(UInt64(field) << 3) + byteCount(UInt64(count)) + count
    }
}
