// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import NIOCore
internal import Protobuf

extension RPCServerHandler: TickReader {
    /// The most bytes that a connection takes in one tick before the others have their turn.
    private static let tickBytesMax = 256 << 10
    /// The most bytes of a large frame that a connection takes in one round of the loop, in
    /// addition to what its channel reads.
    private static let roundBytesMax = 128 << 10
    /// Enough for the beginning of a call, and little compared with its rows.
    private static let headBytes = 512

    /// Goes on reading. While more comes than can be scored, the connection reads its socket
    /// itself: the beginnings of calls, and of what is refused no more than these. To wait for each
    /// socket with the channel would cost more than to refuse what it brings.
    func beginTick(_ context: ChannelHandlerContext) {
        guard let socket = outbound.freeSocket, pacing.isReadPending, shared.pool.isSaturated else {
            return pacing.stopTicking()
        }
        let end = readSocket(socket, context, bytesMax: Self.tickBytesMax)
        pacing.tick(bytes: end.bytes, isEmpty: end.isEmpty)
        if end.bytes > 0 { gatherAnswers(context) }
    }

    func endTick(_ context: ChannelHandlerContext) -> Bool {
        if pacing.endTick() { finishAnswers(context) }
        if pacing.ticksAgain() { return true }
        resumeReading(context)
        return false
    }

    /// Reads on in a large frame, straight to where it is gathered: by way of the channel, each part
    /// of it would be copied once more and cost another round of the loop, which small calls of
    /// other connections wait for.
    func readMore(_ context: ChannelHandlerContext) {
        guard let socket = outbound.socket, context.channel.isWritable, pacing.mayReadMore,
            !isEnding,
            connection.bytesMissing(having: inbound.unreadCount) >= Self.roundBytesMax
        else { return }
        if readSocket(socket, context, bytesMax: Self.roundBytesMax).bytes > 0 { settle(context) }
    }

    /// Reads what has come. What is left is for the channel: more bytes, their end, a failure.
    private func readSocket(
        _ socket: NIOBSDSocket.Handle,
        _ context: ChannelHandlerContext,
        bytesMax: Int
    ) -> (bytes: Int, isEmpty: Bool) {
        var bytes = 0
        while bytes < bytesMax, !isEnding {
            let asked: Int
            let count: Int
            if connection.bytesToSkip > 0, inbound.unreadCount == 0 {
                asked = min(connection.bytesToSkip, SocketReads.bytesMax)
                count = SocketReads.discard(asked, from: socket)
                if count > 0 { connection.skip(count) }
            } else {
                let missing = connection.bytesMissing(having: inbound.unreadCount)
                asked = min(max(missing, Self.headBytes), SocketReads.bytesMax)
                count = inbound.receive(asked, from: socket, isReferredTo: !burst.isEmpty)
                if count > 0 { consume(context) }
            }
            if count <= 0 { return (bytes, count < 0) }
            bytes += count
            if count < asked { return (bytes, true) }
        }
        return (bytes, false)
    }
}
