// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import Protobuf

extension ByteBuffer {
    /// Writes a frame's header.
    package mutating func writeHeader(_ header: FrameHeader) {
        let flags = header.endsStream ? FrameHeader.endStreamFlag : 0
        writeMultipleIntegers(
            FrameHeader.magic,
            header.type.rawValue,
            flags,
            UInt8(0),
            UInt32(truncatingIfNeeded: header.length),
            header.stream
        )
    }

    /// Writes a whole frame.
    package mutating func writeFrame(
        _ type: FrameType,
        endsStream: Bool = false,
        stream: UInt32,
        payload: [UInt8] = []
    ) {
        writeHeader(
            FrameHeader(type, endsStream: endsStream, length: payload.count, stream: stream)
        )
        writeBytes(payload)
    }

    /// Writes CREDIT: `bytes` more of DATA may be sent on `stream`.
    package mutating func writeCredit(_ bytes: UInt32, stream: UInt32) {
        writeHeader(FrameHeader(.credit, length: 4, stream: stream))
        writeInteger(bytes)
    }

    /// Writes PING or PONG with its 8 bytes.
    package mutating func writePing(_ type: FrameType, value: UInt64) {
        writeHeader(FrameHeader(type, length: 8, stream: 0))
        writeInteger(value)
    }

    /// Writes the END of a call without result.
    package mutating func writeEnd(_ status: RPCStatus, stream: UInt32) {
        writeEnd(encodedStatus: status.encoded(), stream: stream)
    }

    /// Writes the END of a call that failed, with a status that is encoded already.
    package mutating func writeEnd(encodedStatus encoded: [UInt8], stream: UInt32) {
        writeHeader(
            FrameHeader(.end, endsStream: true, length: 2 + encoded.count, stream: stream)
        )
        writeInteger(UInt16(truncatingIfNeeded: encoded.count))
        writeBytes(encoded)
    }

    /// Writes the END of a call that succeeded; its result is `message`, empty for streams.
    package mutating func writeEnd(result message: [UInt8], stream: UInt32) {
        writeHeader(
            FrameHeader(.end, endsStream: true, length: 2 + message.count, stream: stream)
        )
        // An empty Status is success.
        writeInteger(UInt16(0))
        writeBytes(message)
    }

    /// Writes GOAWAY.
    package mutating func writeGoAway(_ goAway: GoAway) {
        writeFrame(.goAway, stream: 0, payload: goAway.encoded())
    }
}
