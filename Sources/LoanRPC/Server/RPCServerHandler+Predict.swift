// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Machine
internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
    /// Asks whether there is room for a prediction whose rows are still to come.
    func answerAnnounced(_ call: ServerCall, at base: Int, _ now: MonotonicTime) {
        let range = shifted(call.message, by: base)
        let buffer = inbound.buffer
        let bytes = buffer.readableBytesSpan.extracting(range.range)
        guard let rows = PredictMessage.announcedRows(in: bytes),
            rows > shared.inlineRowsMax, rows <= shared.configuration.limits.rowsMax,
            call.deadline > now,
            let refusal = shared.pool.refusal(rows: rows, lane: lane, until: call.deadline)
        else { return }
        connection.refuseAnnounced()
        shared.observer.began(call.method)
        if !call.head.traceparent.isEmpty {
            shared.observer.ended(TracedCall(call, began: now))
        }
        writeRefusal(refusal, stream: call.stream)
    }

    /// Begins a unary prediction: into the burst when it is small, to the pool when it is large.
    func startPredict(
        _ call: ServerCall,
        _ range: ByteRange,
        _ now: MonotonicTime,
        _ context: ChannelHandlerContext
    ) {
        do throws(RPCStatus) {
            let message = try decode(range)
            guard call.deadline > now else { throw .deadlineExceeded }
            let outputs = PredictOutputs(rawValue: message.outputs)
            guard Int(message.rows) > shared.inlineRowsMax || outputs.goesToPool else {
                return gather(
                    BurstCall(
                        stream: call.stream,
                        message: message,
                        range: range,
                        deadline: call.deadline,
                        isOfStream: false,
                        identity: shared.identity(of: call)
                    ),
                    context
                )
            }
            let refusal = shared.pool.refusal(
                rows: Int(message.rows) * outputs.costPerRow,
                lane: lane,
                until: call.deadline
            )
            if let refusal {
                return refuse(call.stream, refusal, now)
            }
            if shared.pool.isSaturated { pacing.pauseAfterThisRead() }
            guard let bytes = keep(range) else { throw Self.overInFlight }
            pending.begin(.batch, call)
            runOnPool(call.stream, message, bytes, context)
        } catch {
            answer(call.stream, error, now)
        }
    }

    /// The pool has no room for a call.
    private func refuse(
        _ stream: UInt32,
        _ refusal: PredictRefusal,
        _ now: MonotonicTime
    ) {
        guard finish(stream, now: now) else { return shared.observer.shed(refusal.reason) }
        writeRefusal(refusal, stream: stream)
    }

    /// Writes the END of a call that the pool has no room for, and counts it.
    func writeRefusal(_ refusal: PredictRefusal, stream: UInt32) {
        shared.observer.shed(refusal.reason)
        let status = shared.refusals[refusal]
        outbound.writeEnd(encodedStatus: status.bytes, stream: stream)
        shared.observer.answered(status.code, calls: 1)
        pacing.pauseAfterThisRead()
    }

    func decode(_ range: ByteRange) throws(RPCStatus) -> PredictMessage {
        let buffer = inbound.buffer
        let bytes = buffer.readableBytesSpan.extracting(range.range)
        return try PredictMessage(checking: bytes, shared.configuration.limits)
    }

    /// Adds a call to the burst, and scores it when it is full.
    func gather(_ call: BurstCall, _ context: ChannelHandlerContext) {
        burst.add(call)
        if burst.isFull(shared) || !shared.configuration.gathersRequests { scoreBurst(context) }
    }

    /// Scores what has been gathered and writes the answers, unless the event loop has no time left
    /// in this round.
    func scoreBurst(_ context: ChannelHandlerContext) {
        guard !burst.isEmpty else { return }
        var gathered = PredictBurst()
        swap(&gathered, &burst)
        let now = MonotonicTime.now()
        if budget?.isSpent == true {
            for call in gathered.calls {
                shared.observer.shed(.wait)
                fail(call, Self.overBudget, now)
            }
        } else {
            gathered.score(
                PredictBurst.Scoring(
                    buffer: inbound.buffer,
                    shared: shared,
                    now: now,
                    answers: self
                )
            )
            budget?.spend(nanoseconds: MonotonicTime.now().nanoseconds(since: now))
        }
        let streams = pending.isEmpty ? [] : gathered.streams
        gathered.clear()
        burst = gathered
        // Streams whose batches were in the burst go on.
        for stream in streams { pending.leaveBurst(stream) }
        for stream in streams { pump(stream, context) }
    }

    private static let overBudget = RPCStatus(
        .resourceExhausted,
        "the server is busy",
        retryAfter: .milliseconds(20),
        isNotStarted: true
    )

    func giveCredit(_ bytes: Int, to stream: UInt32) {
        guard let credit = connection.giveReceiveCredit(bytes, to: stream) else { return }
        outbound.writeCredit(credit, stream: stream)
    }
}

extension RPCServerHandler: BurstAnswers {
    func write(
        _ scores: borrowing PredictScores,
        of rows: Range<Int>,
        for call: BurstCall,
        _ now: MonotonicTime
    ) -> Bool {
        let isStream = call.isOfStream
        if let refusal = refusal(of: scores, rows: rows.count, for: call) {
            fail(call, refusal, now)
            return false
        }
        guard isStream else {
            guard finish(call.stream, now: now) else { return false }
            outbound.writeScores(scores, of: rows, for: call)
            return true
        }
        guard connection.isUnanswered(call.stream) else { return false }
        guard !scores.hasOwnLength else {
            writeValues(scores, of: rows, for: call)
            return false
        }
        outbound.writeScores(scores, of: rows, for: call)
        giveCredit(Int(call.range.count), to: call.stream)
        return false
    }

    private func refusal(
        of scores: borrowing PredictScores,
        rows rowCount: Int,
        for call: BurstCall
    ) -> RPCStatus? {
        guard scores.hasOwnLength else { return nil }
        let outputs = PredictOutputs(rawValue: call.message.outputs)
        let count = scores.responseBytes(rowCount: rowCount, outputs: outputs)
        return tooLong(count, isOfStream: call.isOfStream)
    }

    func fail(_ call: BurstCall, _ status: RPCStatus, _ now: MonotonicTime) {
        if call.isOfStream { pending.leaveBurst(call.stream) }
        answer(call.stream, status, now)
    }
}
