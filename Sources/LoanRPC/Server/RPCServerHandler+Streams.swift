// SPDX-License-Identifier: Apache-2.0

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
        guard var work = works.removeValue(forKey: stream) else { return }
        work.hasInputEnded = endsStream
        guard range.count > 0 else {
            works[stream] = work
            return pump(stream, context)
        }
        do throws(RPCStatus) {
            let message = try decode(range)
            let canStart = !work.isBusy && work.waiting.isEmpty && context.channel.isWritable
            let isSmall = Int(message.rows) <= shared.inlineRowsMax
            if canStart, isSmall, takeCredit(message, stream) {
                work.inBurst += 1
                works[stream] = work
                return gather(
                    BurstCall(
                        stream: stream,
                        message: message,
                        range: range,
                        deadline: work.deadline,
                        isOfStream: true
                    ),
                    context
                )
            }
            guard let bytes = keep(range) else { throw Self.overInFlight }
            work.waiting.append(bytes)
            works[stream] = work
            pump(stream, context)
        } catch {
            // Batches before this one are answered first.
            works[stream] = work
            if work.inBurst > 0 { scoreBurst(context) }
            failStream(stream, error, now)
        }
    }

    private func takeCredit(_ message: PredictMessage, _ stream: UInt32) -> Bool {
        let bytes = PredictScores.responseBytes(
            rowCount: Int(message.rows),
            outputs: PredictOutputs(rawValue: message.outputs)
        )
        return connection.takeSendCredit(bytes, of: stream)
    }

    /// Ends a stream with a failure now; work that is going on keeps the slot until it stops.
    private func failStream(_ stream: UInt32, _ status: RPCStatus, _ now: MonotonicTime) {
        guard let work = works[stream], work.isBusy else { return answer(stream, status, now) }
        perform(connection.abort(stream, status, now), stream)
    }

    private func perform(_ action: ServerAction, _ stream: UInt32) {
        guard case .abort(_, let status) = action else { return }
        writeEnd(status, stream: stream)
        works[stream]?.flag.raise()
        releaseWaiting(stream)
    }

    /// Starts what a stream has waiting and may start, or ends it when all is done.
    func pump(_ stream: UInt32, _ context: ChannelHandlerContext) {
        while let work = works[stream], work.kind == .stream, !work.isBusy, work.inBurst == 0 {
            guard connection.isUnanswered(stream) else {
                drop(stream)
                _ = finish(stream, now: .now())
                return
            }
            guard let bytes = work.waiting.first else {
                if work.hasInputEnded { answer(stream, result: [], .now()) }
                return
            }
            // It has been decoded and checked on arrival.
            guard context.channel.isWritable,
                let message = try? Self.decode(
                    bytes.readableBytesSpan,
                    shared.configuration.limits
                ),
                takeCredit(message, stream)
            else { return }
            works[stream]?.waiting.removeFirst()
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
        guard let work = works[stream] else { return }
        works[stream]?.isBusy = true
        works[stream]?.keptBytes = bytes.readableBytes
        let stop = StopSignal(deadline: work.deadline, flag: work.flag)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let scoring = BatchScoring(
            shared,
            message,
            bytes,
            arrival: .now(),
            until: stop
        ) { result in
            eventLoop.execute {
                let (handler, context) = bound.value
                handler.finishBatch(stream, result, context)
            }
        }
        shared.pool.run(rows: Int(message.rows), lane: lane) { rowsMax, isActive in
            scoring.slice(rowsMax: rowsMax, isActive: isActive)
        }
    }

    private func finishBatch(
        _ stream: UInt32,
        _ result: Result<ByteBuffer, RPCStatus>,
        _ context: ChannelHandlerContext
    ) {
        guard let work = works[stream] else { return }
        release(work.keptBytes)
        works[stream]?.isBusy = false
        works[stream]?.keptBytes = 0
        let now = MonotonicTime.now()
        switch result {
        case .failure(let status): answer(stream, status, now)
        case .success(var response):
            let count = response.readableBytes
            if work.kind == .batch {
                drop(stream)
                guard finish(stream, now: now) else { break }
                output.writeHeader(
                    FrameHeader(.end, endsStream: true, length: 2 + count, stream: stream)
                )
                output.writeInteger(UInt16(0))
                output.writeBuffer(&response)
                shared.observer.answered(.ok, calls: 1)
            } else {
                if connection.isUnanswered(stream) {
                    output.writeHeader(FrameHeader(.data, length: count, stream: stream))
                    output.writeBuffer(&response)
                    giveCredit(work.keptBytes, to: stream)
                }
                pump(stream, context)
            }
        }
        settle(context)
    }

    // MARK: Ends of work

    /// Forgets a call's work and gives back what it has kept.
    func drop(_ stream: UInt32) {
        guard let work = works.removeValue(forKey: stream) else { return }
        work.heartbeat?.cancel()
        release(work.keptBytes + work.waiting.reduce(0) { $0 + $1.readableBytes })
    }

    func releaseWaiting(_ stream: UInt32) {
        guard let work = works[stream] else { return }
        release(work.waiting.reduce(0) { $0 + $1.readableBytes })
        works[stream]?.waiting = []
    }

    /// The connection is lost: nobody waits for any of the work.
    func stopAllWork() {
        burst.removeAll()
        traces.removeAll()
        for (stream, work) in works {
            work.flag.raise()
            work.task?.cancel()
            drop(stream)
        }
    }

    /// The grace of a drain is over.
    func refuseAllWork() {
        for stream in works.keys.sorted() where connection.isUnanswered(stream) {
            writeEnd(RPCStatus(.unavailable, "the drain's grace is over"), stream: stream)
        }
    }
}
