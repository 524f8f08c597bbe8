// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// The 12 bytes in front of every payload, big-endian:
/// magic, type, flags, reserved, u32 length, u32 stream.
package struct FrameHeader: Sendable, Equatable {
    /// What the payload is.
    package var type: FrameType
    /// `END_STREAM`: the sender is done with this stream.
    package var endsStream: Bool
    /// Payload bytes.
    package var length: Int
    /// 0 is the connection itself.
    package var stream: UInt32

    /// A header by its parts.
    package init(_ type: FrameType, endsStream: Bool = false, length: Int, stream: UInt32) {
        self.type = type
        self.endsStream = endsStream
        self.length = length
        self.stream = stream
    }

    /// Bytes of a header.
    package static let byteCount = 12
    /// The first byte of every frame.
    package static let magic: UInt8 = 0xA7
    /// The one flag of this version.
    package static let endStreamFlag: UInt8 = 0x01

    /// Reads the header at the start of `bytes`.
    /// - Parameters:
    ///   - bytes: at least 12 bytes.
    ///   - lengthMax: the longest payload accepted, in bytes.
    package init(_ bytes: RawSpan, lengthMax: Int) throws(FrameError) {
        precondition(bytes.byteCount >= Self.byteCount, "the caller has waited for 12 bytes")
        let magic = bytes.byte(at: 0)
        guard magic == Self.magic else { throw .lostPosition(magic: magic) }
        guard bytes.byte(at: 3) == 0 else { throw .reservedByteSet(bytes.byte(at: 3)) }
        let flags = bytes.byte(at: 2)
        guard flags & ~Self.endStreamFlag == 0 else { throw .unknownFlags(flags) }
        type = FrameType(rawValue: bytes.byte(at: 1))
        endsStream = flags & Self.endStreamFlag != 0
        let announced = bytes.bigEndian32(at: 4)
        stream = bytes.bigEndian32(at: 8)
        guard type.isKnown || type.isAncillary else { throw .unknownType(type.rawValue) }
        guard let length = Int(exactly: announced), length <= lengthMax else {
            throw .tooLong(length: announced, limit: lengthMax)
        }
        self.length = length
    }
}
