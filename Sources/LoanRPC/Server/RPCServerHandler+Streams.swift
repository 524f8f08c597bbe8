// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Machine
internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
    /// Takes a message of PredictStream, or its end.
    func receive(
        _ stream: UInt32,
        _ range: ByteRange,
        endsStream: Bool,
        _ now: MonotonicTime,
        _ context: ChannelHandlerContext
    ) {
        guard pending.noteInput(stream, ends: endsStream) else { return }
        guard range.count > 0 else { return pump(stream, context) }
        do throws(RPCStatus) {
            let message = try decode(range)
            let outputs = PredictOutputs(rawValue: message.outputs)
            let isSmall = Int(message.rows) <= shared.inlineRowsMax && !outputs.goesToPool
            if pending.mayJoinBurst(stream), context.channel.isWritable, isSmall,
                takeCredit(message, stream), let deadline = pending.joinBurst(stream)
            {
                let call = BurstCall(
                    stream: stream,
                    message: message,
                    range: range,
                    deadline: deadline,
                    isOfStream: true,
                    identity: pending.identity(stream, rowCount: Int(message.rows))
                )
                return gather(call, context)
            }
            guard let bytes = keep(range) else { throw Self.overInFlight }
            pending.wait(bytes, stream)
            pump(stream, context)
        } catch {
            // Batches before this one are answered first.
            if pending.isInBurst(stream) { scoreBurst(context) }
            failStream(stream, error, now)
        }
    }

    private func takeCredit(_ message: PredictMessage, _ stream: UInt32) -> Bool {
        connection.takeSendCredit(message.answerBytes, of: stream)
    }

    /// Ends a stream with a failure now; work that is going on keeps the slot until it stops.
    private func failStream(_ stream: UInt32, _ status: RPCStatus, _ now: MonotonicTime) {
        guard pending.isBusy(stream) else { return answer(stream, status, now) }
        guard case .abort(_, let status) = connection.abort(stream, status, now) else { return }
        writeEnd(status, stream: stream)
        pending.stop(stream)
    }

    /// Starts what a stream has waiting and may start, or ends it when all is done.
    func pump(_ stream: UInt32, _ context: ChannelHandlerContext) {
        while let call = pending.idleStream(stream) {
            guard connection.isUnanswered(stream) else {
                pending.drop(stream)
                _ = finish(stream, now: .now())
                return
            }
            guard writeHeld(call.held, stream) else { return }
            guard let bytes = call.waiting.first else {
                if call.hasInputEnded { answer(stream, result: [], .now()) }
                return
            }
            // It has been decoded and checked on arrival.
            guard context.channel.isWritable,
                let message = try? PredictMessage(
                    checking: bytes.readableBytesSpan,
                    shared.configuration.limits
                ),
                takeCredit(message, stream)
            else { return }
            pending.removeFirstWaiting(stream)
            runOnPool(stream, message, bytes, context)
        }
    }

    /// Scores one batch on the pool. The call's bytes have been kept.
    func runOnPool(
        _ stream: UInt32,
        _ message: PredictMessage,
        _ bytes: ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        let begun = pending.beginBatch(
            stream,
            keptBytes: bytes.readableBytes,
            reservedCredit: message.answerBytes
        )
        guard let stop = begun else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let identity = pending.identity(stream, rowCount: Int(message.rows))
        let slice = slice(of: message, bytes, identity, shared.predictor, until: stop) { result in
            eventLoop.execute {
                let (handler, context) = bound.value
                handler.finishBatch(stream, result, context)
            }
        }
        let cost = PredictOutputs(rawValue: message.outputs).costPerRow
        shared.pool.run(rows: Int(message.rows) * cost, lane: lane, slice)
    }

    private func slice(
        of message: PredictMessage,
        _ bytes: ByteBuffer,
        _ identity: CallIdentity,
        _ predictor: some PredictHandler,
        until stop: StopSignal,
        finish: @escaping @Sendable (Result<ByteBuffer, RPCStatus>) -> Void
    ) -> PredictPool.Slice {
        let scoring = BatchScoring(
            shared,
            predictor,
            message,
            bytes,
            of: identity,
            arrival: .now(),
            until: stop,
            finish: finish
        )
        return { rowsMax, isActive in scoring.slice(rowsMax: rowsMax, isActive: isActive) }
    }

    private func finishBatch(
        _ stream: UInt32,
        _ result: Result<ByteBuffer, RPCStatus>,
        _ context: ChannelHandlerContext
    ) {
        guard let call = pending.endBatch(stream) else { return }
        let now = MonotonicTime.now()
        switch (checked(result, call), call.kind) {
        case (.failure(let status), _): answer(stream, status, now)
        case (.success(let response), .stream):
            if connection.isUnanswered(stream) {
                write(
                    HeldAnswer(
                        response: response,
                        missingCredit: response.readableBytes - call.reservedCredit,
                        messageBytes: call.keptBytes
                    ),
                    stream
                )
            }
            pump(stream, context)
        case (.success(let response), .batch), (.success(let response), .control):
            pending.drop(stream)
            guard finish(stream, now: now) else { break }
            outbound.writeScores(response, stream: stream, isOfStream: false)
            shared.observer.answered(.ok, calls: 1)
        }
        settle(context)
    }

    // MARK: Ends of all

    /// The connection is lost: nobody waits for any of the work.
    func stopAllWork() {
        burst = PredictBurst()
        pending.stopAll()
    }

    /// The grace of a drain is over.
    func refuseAllWork() {
        for stream in pending.streams where connection.isUnanswered(stream) {
            writeEnd(RPCStatus(.unavailable, "the drain's grace is over"), stream: stream)
        }
    }
}

extension PredictMessage {
    /// Bytes of the answer of a model that gives probabilities.
    fileprivate var answerBytes: Int {
        PredictScores.responseBytes(
            rowCount: Int(rows),
            outputs: PredictOutputs(rawValue: outputs)
        )
    }
}
