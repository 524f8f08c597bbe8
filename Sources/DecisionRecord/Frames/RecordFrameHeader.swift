// SPDX-License-Identifier: Apache-2.0

/// What is before the payload of each frame: its length, type, flags, sequence and checksum.
package struct RecordFrameHeader: Sendable, Equatable {
    /// Bytes of a header.
    package static let byteCount = 20
    /// Bytes of it that the checksum covers, before the payload.
    private static let coveredByteCount = 16
    /// The flag of frames that went through the ring.
    package static let ofRing: UInt8 = 1

    /// Bytes of the payload.
    package var length: Int
    /// What the payload is.
    package var type: RecordFrameType
    /// See ``ofRing``.
    package var flags: UInt8
    /// The frame's place in its stream.
    package var sequence: UInt64
    /// CRC-32C of the header before it, and of the payload.
    package var checksum: UInt32

    /// Appends a whole frame.
    /// - Parameter payload: at most ``RecordLimits/payloadBytesMax`` bytes.
    static func append(
        _ type: RecordFrameType,
        flags: UInt8,
        sequence: UInt64,
        _ payload: RawSpan,
        to bytes: inout [UInt8]
    ) {
        precondition(
            payload.byteCount <= RecordLimits.payloadBytesMax,
            "payloads are bounded where they are made"
        )
        let start = bytes.count
        bytes.appendLittleEndian(UInt32(payload.byteCount))
        bytes.append(type.rawValue)
        bytes.append(flags)
        bytes.appendLittleEndian(UInt16(0))
        bytes.appendLittleEndian(sequence)
        let covered = Checksum.of(bytes[start..<start + coveredByteCount])
        bytes.appendLittleEndian(Checksum.of(payload, after: covered))
        // Appended from memory that is there during the call.
        unsafe payload.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Reads the header at the start of a frame, of which ``byteCount`` bytes are there.
    init(_ frame: ArraySlice<UInt8>) {
        // The frame stays in place while it is read, here and below.
        let bytes = unsafe frame.span.bytes
        length = Int(bytes.littleEndian(at: 0, as: UInt32.self))
        type = RecordFrameType(rawValue: bytes.littleEndian(at: 4, as: UInt8.self))
        flags = bytes.littleEndian(at: 5, as: UInt8.self)
        sequence = bytes.littleEndian(at: 8, as: UInt64.self)
        checksum = bytes.littleEndian(at: 16, as: UInt32.self)
    }

    /// Whether a frame's checksum is that of its bytes.
    /// - Parameter frame: the header and the whole payload.
    func isIntact(_ frame: ArraySlice<UInt8>) -> Bool {
        let frame = unsafe frame.span.bytes
        let covered = Checksum.of(frame.extracting(0..<Self.coveredByteCount))
        let payload = frame.extracting(Self.byteCount..<Self.byteCount + length)
        return Checksum.of(payload, after: covered) == checksum
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }
}

extension RawSpan {
    /// The number at an offset that the caller has checked.
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Value.Type
    ) -> Value {
        // The offset is checked by the call itself; every bit pattern is a number.
        Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}
