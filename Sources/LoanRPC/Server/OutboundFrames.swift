// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// The frames of a connection that wait for the flush, and the ways to send them.
///
/// A plain socket that has room is written to past the channel, whose way costs as much as a short
/// answer itself; but nothing may pass what the channel still has to write.
struct OutboundFrames {
    /// More memory than this is given back after a flush.
    private static let bytesKept = 1024

    private var frames = ByteBuffer()
    /// The socket of a plain connection, for as long as that is active and does not end.
    private(set) var socket: NIOBSDSocket.Handle?
    /// Writes that the channel has not done.
    private var channelWrites = 0

    // MARK: Sending

    /// The socket, while it may be used past the channel.
    var freeSocket: NIOBSDSocket.Handle? { channelWrites == 0 ? socket : nil }

    /// Finds the socket of a plain connection. It is the channel's own for as long as that is
    /// active; to ask for it at every use would cost as much as the use.
    mutating func findSocket(_ context: ChannelHandlerContext) {
        let operations = context.pipeline.syncOperations
        let found = try? operations.withUnsafeTransportIfAvailable { (socket: CInt) in socket }
        socket = found ?? nil
    }

    /// From here on the channel sends everything.
    mutating func forgetSocket() { socket = nil }

    /// Sends what the socket takes at once.
    /// - Returns: what the channel is to write; nil when that is nothing.
    mutating func send() -> ByteBuffer? {
        guard frames.readableBytes > 0 else { return nil }
        if let freeSocket {
            let count = SocketWrites.send(frames, to: freeSocket)
            if count == frames.readableBytes {
                // The next answers are written to the same memory, unless that is much.
                if frames.capacity <= Self.bytesKept {
                    frames.clear()
                } else {
                    frames = ByteBuffer()
                }
                return nil
            }
            frames.moveReaderIndex(forwardBy: max(0, count))
        }
        return take()
    }

    /// Everything that waits, for the channel.
    mutating func take() -> ByteBuffer {
        let rest = frames
        frames = ByteBuffer()
        return rest
    }

    /// The channel has begun to write.
    mutating func beginChannelWrite() { channelWrites += 1 }

    /// The channel has written.
    mutating func endChannelWrite() { channelWrites -= 1 }

    // MARK: Frames

    mutating func writeHello(_ hello: Hello) {
        frames.writeFrame(.hello, stream: 0, payload: hello.encoded())
    }

    mutating func writeGoAway(_ goAway: GoAway) { frames.writeGoAway(goAway) }

    mutating func writePing(_ type: FrameType, value: UInt64) {
        frames.writePing(type, value: value)
    }

    mutating func writeCredit(_ bytes: UInt32, stream: UInt32) {
        frames.writeCredit(bytes, stream: stream)
    }

    /// An answer in another protocol.
    mutating func writeForeign(_ text: String) { frames.writeString(text) }

    mutating func writeData(_ payload: [UInt8], stream: UInt32) {
        frames.writeFrame(.data, stream: stream, payload: payload)
    }

    mutating func writeEnd(_ status: RPCStatus, stream: UInt32) {
        frames.writeEnd(status, stream: stream)
    }

    mutating func writeEnd(encodedStatus: [UInt8], stream: UInt32) {
        frames.writeEnd(encodedStatus: encodedStatus, stream: stream)
    }

    mutating func writeEnd(result: [UInt8], stream: UInt32) {
        frames.writeEnd(result: result, stream: stream)
    }

    /// The scores of a batch: END of a unary call, DATA of a stream.
    mutating func writeScores(
        _ scores: borrowing PredictScores,
        of rows: Range<Int>,
        for call: BurstCall
    ) {
        let outputs = PredictOutputs(rawValue: call.message.outputs)
        let count = scores.responseBytes(rowCount: rows.count, outputs: outputs)
        writeScoresHeader(count, stream: call.stream, isOfStream: call.isOfStream)
        scores.writeResponse(of: rows, outputs: outputs, to: &frames)
    }

    /// Likewise for a response that is encoded.
    mutating func writeScores(_ response: ByteBuffer, stream: UInt32, isOfStream: Bool) {
        writeScoresHeader(response.readableBytes, stream: stream, isOfStream: isOfStream)
        frames.writeImmutableBuffer(response)
    }

    private mutating func writeScoresHeader(_ count: Int, stream: UInt32, isOfStream: Bool) {
        guard !isOfStream else {
            return frames.writeHeader(FrameHeader(.data, length: count, stream: stream))
        }
        frames.writeHeader(FrameHeader(.end, endsStream: true, length: 2 + count, stream: stream))
        // An empty Status is success.
        frames.writeInteger(UInt16(0))
    }
}
