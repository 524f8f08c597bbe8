// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import Protobuf

extension ByteBuffer {
    /// Bytes that a varint takes.
    package static func varintBytes(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }

    /// Writes a varint.
    package mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes tag and length of a `bytes` field.
    package mutating func writeBytesFieldHeader(_ number: UInt32, byteCount: Int) {
        writeVarint(UInt64(number) << 3 | UInt64(ProtobufField.WireType.bytes.rawValue))
        writeVarint(UInt64(byteCount))
    }

    /// Writes a varint field, or nothing for the default 0.
    package mutating func writeVarintField(_ number: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        writeVarint(UInt64(number) << 3 | UInt64(ProtobufField.WireType.varint.rawValue))
        writeVarint(value)
    }
}
