// SPDX-License-Identifier: Apache-2.0
//
// Writes messages field by field, without a message in between.
// Source: https://protobuf.dev/programming-guides/encoding/

/// A protobuf message that is being written. Fields at their defaults are left out, as proto3 has
/// it, but for those that are said to be present.
package struct ProtobufWriter: Sendable {
    /// The fields so far.
    package private(set) var bytes: [UInt8] = []

    /// A message without fields.
    package init() {}

    /// A field that is true or false.
    package mutating func flag(_ number: UInt32, _ value: Bool) {
        guard value else { return }
        tag(number, .varint)
        bytes.append(1)
    }

    /// A field of whole numbers, enums included.
    package mutating func number(_ number: UInt32, _ value: Int) {
        guard value != 0 else { return }
        tag(number, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A field of double precision; left out where all its bits are 0.
    package mutating func double(_ number: UInt32, _ value: Double) {
        guard value.bitPattern != 0 else { return }
        tag(number, .fixed64)
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
        }
    }

    /// A repeated field of whole numbers, packed.
    package mutating func numbers(_ number: UInt32, _ values: [Int]) {
        guard !values.isEmpty else { return }
        var packed = ProtobufWriter()
        for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
        field(number, packed.bytes)
    }

    /// A field of text.
    package mutating func text(_ number: UInt32, _ text: String) {
        guard !text.isEmpty else { return }
        tag(number, .bytes)
        varint(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// A field of bytes or an encoded message; present also where it is empty.
    package mutating func field(_ number: UInt32, _ contents: [UInt8]) {
        tag(number, .bytes)
        varint(UInt64(contents.count))
        bytes.append(contentsOf: contents)
    }

    /// A field whose message `build` writes; present also where it is empty.
    package mutating func message(_ number: UInt32, _ build: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        build(&inner)
        field(number, inner.bytes)
    }

    /// A field of `byteCount` bytes, which `append` adds.
    package mutating func field(
        _ number: UInt32,
        byteCount: Int,
        _ append: (inout [UInt8]) -> Void
    ) {
        tag(number, .bytes)
        varint(UInt64(byteCount))
        let end = bytes.count + byteCount
        bytes.reserveCapacity(end)
        append(&bytes)
        precondition(bytes.count == end, "the field has the length that was announced")
    }

    private mutating func tag(_ number: UInt32, _ type: ProtobufField.WireType) {
        varint(UInt64(number) << 3 | UInt64(type.rawValue))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
