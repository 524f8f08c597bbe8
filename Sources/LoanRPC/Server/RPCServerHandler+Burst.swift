// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
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
            guard Int(message.rows) > shared.inlineRowsMax else {
                return gather(
                    BurstCall(
                        stream: call.stream,
                        message: message,
                        range: range,
                        deadline: call.deadline,
                        isOfStream: false
                    ),
                    context
                )
            }
            let refusal = shared.pool.refusal(
                rows: Int(message.rows),
                lane: lane,
                until: call.deadline
            )
            if let refusal {
                return refuse(call.stream, refusal, now)
            }
            if shared.pool.isSaturated { pauseAfterThisRead() }
            guard let bytes = keep(range) else { throw Self.overInFlight }
            works[call.stream] = CallWork(kind: .batch, deadline: call.deadline)
            runOnPool(call.stream, message, bytes, context)
        } catch {
            answer(call.stream, error, now)
        }
    }

    /// The pool has no room for a call.
    private func refuse(
        _ stream: UInt32,
        _ refusal: PredictPool.Refusal,
        _ now: MonotonicTime
    ) {
        guard finish(stream, now: now) else { return shared.observer.shed(refusal.reason) }
        writeRefusal(refusal, stream: stream)
    }

    /// Writes the END of a call that the pool has no room for, and counts it.
    func writeRefusal(_ refusal: PredictPool.Refusal, stream: UInt32) {
        shared.observer.shed(refusal.reason)
        output.writeEnd(encodedStatus: refusal.encoded, stream: stream)
        shared.observer.answered(refusal.status.code, calls: 1)
        pauseAfterThisRead()
    }

    func decode(_ range: ByteRange) throws(RPCStatus) -> PredictMessage {
        let buffer = inbound
        let bytes = buffer.readableBytesSpan.extracting(range.range)
        return try Self.decode(bytes, shared.configuration.limits)
    }

    static func decode(
        _ bytes: RawSpan,
        _ limits: RPCLimits
    ) throws(RPCStatus) -> PredictMessage {
        let message: PredictMessage
        do throws(MessageError) {
            message = try PredictMessage(walking: bytes, fieldsMax: limits.predictFieldsMax)
        } catch {
            throw error.status
        }
        try message.validate(in: bytes, limits: limits)
        return message
    }

    /// Adds a call to the burst, and scores it when it is full.
    func gather(_ call: BurstCall, _ context: ChannelHandlerContext) {
        if burst.isEmpty { burstBegan = .now() }
        burst.append(call)
        burstRows += Int(call.message.rows)
        let configuration = shared.configuration
        let isFull =
            burst.count >= configuration.limits.streamsMax
            || burstRows >= shared.inlineRowsMax
        if isFull || !configuration.gathersRequests { scoreBurst(context) }
    }

    /// Scores what has been gathered and writes the answers. Neighbors that ask the same model
    /// for the same outputs are scored as one batch.
    func scoreBurst(_ context: ChannelHandlerContext) {
        guard !burst.isEmpty else { return }
        if budget?.isSpent == true { return refuseBurst(context) }
        var workspace = shared.takeWorkspace()
        let now = MonotonicTime.now()
        var first = 0
        while first < burst.count {
            var end = first + 1
            while end < burst.count, mayShareBatch(burst[first], burst[end]) { end += 1 }
            score(first..<end, now, &workspace)
            first = end
        }
        shared.giveBack(workspace)
        budget?.spend(nanoseconds: MonotonicTime.now().nanoseconds(since: now))
        finishBurst(context)
    }

    /// The event loop has no time left in this round.
    private func refuseBurst(_ context: ChannelHandlerContext) {
        let now = MonotonicTime.now()
        for call in burst {
            shared.observer.shed(.wait)
            fail(call, Self.overBudget, now)
        }
        finishBurst(context)
    }

    private static let overBudget = RPCStatus(
        .resourceExhausted,
        "the server is busy",
        retryAfter: .milliseconds(20),
        isNotStarted: true
    )

    /// Streams whose batches were in the burst go on.
    private func finishBurst(_ context: ChannelHandlerContext) {
        burstRows = 0
        guard !works.isEmpty else { return burst.removeAll(keepingCapacity: true) }
        let streams = burst.filter(\.isOfStream).map(\.stream)
        burst.removeAll(keepingCapacity: true)
        for stream in streams { works[stream]?.inBurst = 0 }
        for stream in streams { pump(stream, context) }
    }

    private func mayShareBatch(_ left: BurstCall, _ right: BurstCall) -> Bool {
        let buffer = inbound
        let bytes = buffer.readableBytesSpan
        return PredictMessage.mayShareBatch(
            left.message,
            bytes.extracting(left.range.range),
            right.message,
            bytes.extracting(right.range.range)
        )
    }

    private func score(
        _ calls: Range<Int>,
        _ now: MonotonicTime,
        _ workspace: inout ScoreWorkspace
    ) {
        if calls.contains(where: { burst[$0].deadline <= now }) {
            for index in calls where burst[index].deadline <= now {
                fail(burst[index], .deadlineExceeded, now)
            }
            for index in calls where burst[index].deadline > now {
                scoreAlive(index..<index + 1, now, &workspace)
            }
        } else {
            scoreAlive(calls, now, &workspace)
        }
    }

    private func scoreAlive(
        _ calls: Range<Int>,
        _ now: MonotonicTime,
        _ workspace: inout ScoreWorkspace
    ) {
        let buffer = inbound
        let bytes = buffer.readableBytesSpan
        var rowCount = 0
        var deadline = now
        for index in calls {
            rowCount += Int(burst[index].message.rows)
            deadline = max(deadline, burst[index].deadline)
        }
        let first = burst[calls.lowerBound]
        workspace.batch.begin(
            first.message,
            in: bytes.extracting(first.range.range),
            rowCount: rowCount
        )
        var row = 0
        for index in calls {
            let call = burst[index]
            workspace.batch.add(call.message, in: bytes.extracting(call.range.range), at: row)
            row += Int(call.message.rows)
        }
        workspace.batch.callCount = calls.count
        workspace.batch.arrivedAt = burstBegan
        workspace.batch.waited = .nanoseconds(now.nanoseconds(since: burstBegan))
        do throws(RPCStatus) {
            try workspace.predict(with: shared.predictor, until: StopSignal(deadline: deadline))
        } catch {
            // One caller's mistake is not the others': each gets its own answer.
            guard calls.count > 1 else { return fail(first, error, now) }
            for index in calls { scoreAlive(index..<index + 1, now, &workspace) }
            return
        }
        row = 0
        var ended = 0
        for index in calls {
            let rows = row..<row + Int(burst[index].message.rows)
            row = rows.upperBound
            if writeAnswer(burst[index], workspace.scores, rows, now) { ended += 1 }
        }
        if ended > 0 { shared.observer.answered(.ok, calls: ended) }
    }

    private func fail(_ call: BurstCall, _ status: RPCStatus, _ now: MonotonicTime) {
        if call.isOfStream { works[call.stream]?.inBurst = 0 }
        answer(call.stream, status, now)
    }

    /// Returns whether the call has ended with this answer.
    private func writeAnswer(
        _ call: BurstCall,
        _ scores: borrowing PredictScores,
        _ rows: Range<Int>,
        _ now: MonotonicTime
    ) -> Bool {
        let outputs = PredictOutputs(rawValue: call.message.outputs)
        let count = PredictScores.responseBytes(rowCount: rows.count, outputs: outputs)
        if call.isOfStream {
            guard connection.isUnanswered(call.stream) else { return false }
            output.writeHeader(FrameHeader(.data, length: count, stream: call.stream))
            scores.writeResponse(of: rows, outputs: outputs, to: &output)
            giveCredit(Int(call.range.count), to: call.stream)
            return false
        }
        guard finish(call.stream, now: now) else { return false }
        output.writeHeader(
            FrameHeader(.end, endsStream: true, length: 2 + count, stream: call.stream)
        )
        output.writeInteger(UInt16(0))
        scores.writeResponse(of: rows, outputs: outputs, to: &output)
        return true
    }

    func giveCredit(_ bytes: Int, to stream: UInt32) {
        guard let credit = connection.giveReceiveCredit(bytes, to: stream) else { return }
        output.writeCredit(credit, stream: stream)
    }
}

extension ScoreWorkspace {
    /// Scores `batch` into `scores` and checks what the handler has written.
    mutating func predict(
        with predictor: any PredictHandler,
        until stop: StopSignal
    ) throws(RPCStatus) {
        scores.begin(batch)
        try predictor.predict(batch, into: &scores, until: stop)
        guard scores.setLabels() else {
            throw .notAProbability
        }
    }
}
