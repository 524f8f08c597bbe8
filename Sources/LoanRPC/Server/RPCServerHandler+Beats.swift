// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
    /// A connection takes at most so many bytes in one beat before the others have their turn.
    private static let beatBytesMax = 256 << 10
    /// The most bytes of a large frame that a connection takes in one round of the loop, in
    /// addition to what its channel reads.
    private static let roundBytesMax = 128 << 10
    /// Enough for the beginning of a call, and little beside its rows.
    private static let headBytes = 512
    /// Beats without a byte after which a connection is watched by its channel again.
    private static let idleBeatsMax = 20

    /// Asks whether there is room for a prediction whose rows are still to come.
    func answerAnnounced(_ call: ServerCall, at base: Int, _ now: MonotonicTime) {
        let range = shifted(call.message, by: base)
        let buffer = inbound
        let bytes = buffer.readableBytesSpan.extracting(range.range)
        guard let rows = PredictMessage.announcedRows(in: bytes),
            rows > shared.inlineRowsMax, rows <= shared.configuration.limits.rowsMax,
            call.deadline > now,
            let refusal = shared.pool.refusal(rows: rows, lane: lane, until: call.deadline)
        else { return }
        connection.refuseAnnounced()
        shared.observer.began(call.method)
        if !call.head.traceparent.isEmpty {
            shared.observer.ended(
                TracedCall(method: call.method, traceparent: call.head.traceparent, began: now)
            )
        }
        writeRefusal(refusal, stream: call.stream)
    }

    // MARK: Beats

    /// Goes on reading, at a beat. While more comes than can be scored, the connection reads its
    /// socket itself: the beginnings of calls, and of what is refused no more than these. To wait
    /// for each socket with the channel would cost more than to refuse what it brings. `endBeat`
    /// follows when others have read, too.
    func beginBeat(_ context: ChannelHandlerContext) {
        guard let socket, isReadPending, channelWrites == 0, shared.pool.isSaturated else {
            beatsWithoutBytes = Self.idleBeatsMax
            return
        }
        let end = readSocket(socket, context, bytesMax: Self.beatBytesMax)
        beatsWithoutBytes = end.bytes > 0 ? 0 : beatsWithoutBytes + 1
        if end.bytes > 0 { gatherAnswers(context) }
        // The channel sees what this cannot tell.
        if !end.isEmpty { beatsWithoutBytes = Self.idleBeatsMax }
        needsAnswer = end.bytes > 0
    }

    /// Sends what it has to say about what it has read at this beat.
    /// - Returns: whether it reads at the next beat again.
    func endBeat(_ context: ChannelHandlerContext) -> Bool {
        wantsPause = false
        if needsAnswer {
            needsAnswer = false
            finishAnswers(context)
        }
        if beatsWithoutBytes < Self.idleBeatsMax { return true }
        beatsWithoutBytes = 0
        isReadPaused = false
        resumeReading(context)
        return false
    }

    /// Finds the socket of a plain connection. To ask the channel for it at every beat would cost
    /// as much as to read it; it is the channel's own for as long as that is active.
    func findSocket(_ context: ChannelHandlerContext) {
        guard !isTLS else { return }
        let operations = context.pipeline.syncOperations
        let found = try? operations.withUnsafeTransportIfAvailable { (socket: CInt) in socket }
        socket = found ?? nil
    }

    /// Reads on in a large frame, straight to where it is gathered: by way of the channel, each part
    /// of it would be copied once more and cost another round of the loop, which small calls of
    /// other connections wait for.
    func readMore(_ context: ChannelHandlerContext) {
        guard let socket, context.channel.isWritable, !wantsPause, !isReadPaused, !isEnding,
            connection.bytesMissing(having: inbound.readableBytes - position)
                >= Self.roundBytesMax
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
            if connection.bytesToSkip > 0, inbound.readableBytes == position {
                asked = min(connection.bytesToSkip, SocketReads.bytesMax)
                count = SocketReads.discard(asked, from: socket)
                if count > 0 { connection.skip(count) }
            } else {
                prepareInbound()
                let missing = connection.bytesMissing(having: inbound.readableBytes - position)
                asked = min(max(missing, Self.headBytes), SocketReads.bytesMax)
                count = SocketReads.receive(asked, from: socket, into: &inbound)
                if count > 0 { consume(context) }
            }
            if count <= 0 { return (bytes, count < 0) }
            bytes += count
            if count < asked { return (bytes, true) }
        }
        return (bytes, false)
    }

    /// Makes `inbound` ready to be written to.
    private func prepareInbound() {
        if inbound.readableBytes == position, burst.isEmpty {
            if isInboundShared { inbound = ByteBuffer() } else { inbound.clear() }
            position = 0
            isInboundShared = false
        } else if isInboundShared {
            detachInbound()
        }
    }
}
