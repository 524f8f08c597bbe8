// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore
internal import Protobuf

/// A small prediction that waits to be scored with the others of its read.
struct BurstCall {
    var stream: UInt32
    var message: PredictMessage
    /// Where the message lies in the received bytes.
    var range: ByteRange
    var deadline: MonotonicTime
    /// A batch of PredictStream: answered by DATA.
    var isOfStream: Bool
    /// Which call it is.
    var identity: CallIdentity
}

/// What becomes of the calls of a burst. Called in their order; neither function uses the burst.
protocol BurstAnswers: AnyObject {
    /// Writes the scores of a call, those of `rows`. Returns whether the call has ended with them.
    func write(
        _ scores: borrowing PredictScores,
        of rows: Range<Int>,
        for call: BurstCall,
        _ now: MonotonicTime
    ) -> Bool
    /// Answers a call that has no scores.
    func fail(_ call: BurstCall, _ status: RPCStatus, _ now: MonotonicTime)
}

/// The small predictions of one read. Neighbors that ask the same model for the same outputs are
/// scored as one batch.
struct PredictBurst {
    /// What all batches of a burst are scored with.
    struct Scoring {
        /// The received bytes, in which the messages lie.
        let buffer: ByteBuffer
        let shared: ServerShared
        let now: MonotonicTime
        let answers: any BurstAnswers
    }

    private(set) var calls: [BurstCall] = []
    private var rowCount = 0
    /// When the first call came.
    private var began = MonotonicTime.distantFuture

    var isEmpty: Bool { calls.isEmpty }

    /// Streams that have batches in it.
    var streams: [UInt32] { calls.filter(\.isOfStream).map(\.stream) }

    /// Whether it is to be scored before more is added.
    func isFull(_ shared: ServerShared) -> Bool {
        calls.count >= shared.configuration.limits.streamsMax || rowCount >= shared.inlineRowsMax
    }

    mutating func add(_ call: BurstCall) {
        if calls.isEmpty { began = .now() }
        calls.append(call)
        rowCount += Int(call.message.rows)
    }

    /// Leaves out a call that is answered otherwise.
    mutating func remove(_ stream: UInt32) {
        calls.removeAll { $0.stream == stream }
        rowCount = calls.reduce(0) { $0 + Int($1.message.rows) }
    }

    /// Empties it; its memory is used again.
    mutating func clear() {
        calls.removeAll(keepingCapacity: true)
        rowCount = 0
    }

    // MARK: Scoring

    /// Scores all calls.
    func score(_ scoring: Scoring) {
        var workspace = scoring.shared.takeWorkspace()
        var first = 0
        while first < calls.count {
            var end = first + 1
            while end < calls.count, mayShareBatch(calls[first], calls[end], in: scoring.buffer) {
                end += 1
            }
            score(first..<end, scoring, &workspace)
            first = end
        }
        scoring.shared.giveBack(workspace)
    }

    private func mayShareBatch(
        _ left: BurstCall,
        _ right: BurstCall,
        in buffer: ByteBuffer
    ) -> Bool {
        let bytes = buffer.readableBytesSpan
        return PredictMessage.mayShareBatch(
            left.message,
            bytes.extracting(left.range.range),
            right.message,
            bytes.extracting(right.range.range)
        )
    }

    private func score(
        _ chosen: Range<Int>,
        _ scoring: Scoring,
        _ workspace: inout ScoreWorkspace
    ) {
        guard chosen.contains(where: { calls[$0].deadline <= scoring.now }) else {
            return scoreAlive(chosen, scoring, &workspace)
        }
        for index in chosen where calls[index].deadline <= scoring.now {
            scoring.answers.fail(calls[index], .deadlineExceeded, scoring.now)
        }
        for index in chosen where calls[index].deadline > scoring.now {
            scoreAlive(index..<index + 1, scoring, &workspace)
        }
    }

    private func scoreAlive(
        _ chosen: Range<Int>,
        _ scoring: Scoring,
        _ workspace: inout ScoreWorkspace
    ) {
        let (shared, now) = (scoring.shared, scoring.now)
        let deadline = fill(&workspace.batch, with: chosen, in: scoring.buffer, now)
        do throws(RPCStatus) {
            try workspace.predict(with: shared.predictor, until: StopSignal(deadline: deadline))
        } catch {
            guard chosen.count > 1 else {
                return scoring.answers.fail(calls[chosen.lowerBound], error, now)
            }
            // One caller's mistake is not the others': each gets its own answer.
            for index in chosen { scoreAlive(index..<index + 1, scoring, &workspace) }
            return
        }
        var row = 0
        var ended = 0
        for index in chosen {
            let rows = row..<row + Int(calls[index].message.rows)
            row = rows.upperBound
            if let refusal = workspace.scores.refusal(ofCall: index - chosen.lowerBound) {
                scoring.answers.fail(calls[index], refusal, now)
                continue
            }
            if scoring.answers.write(workspace.scores, of: rows, for: calls[index], now) {
                ended += 1
            }
        }
        if ended > 0 { shared.observer.answered(.ok, calls: ended) }
    }

    /// Makes one batch of some calls.
    /// - Returns: the latest of their deadlines.
    private func fill(
        _ batch: inout PredictBatch,
        with chosen: Range<Int>,
        in buffer: ByteBuffer,
        _ now: MonotonicTime
    ) -> MonotonicTime {
        let bytes = buffer.readableBytesSpan
        var rowCount = 0
        var deadline = now
        for index in chosen {
            rowCount += Int(calls[index].message.rows)
            deadline = max(deadline, calls[index].deadline)
        }
        let first = calls[chosen.lowerBound]
        if first.message.namedColumnCount > 0 {
            batch.begin(
                named: first.message,
                in: bytes.extracting(first.range.range),
                rowCount: rowCount
            )
            for call in calls[chosen] {
                let rows = 0..<Int(call.message.rows)
                batch.add(named: call.message, rows: rows, in: buffer.slice(call.range))
            }
        } else {
            batch.begin(first.message, in: bytes.extracting(first.range.range), rowCount: rowCount)
            var row = 0
            for index in chosen {
                let call = calls[index]
                batch.add(call.message, in: bytes.extracting(call.range.range), at: row)
                row += Int(call.message.rows)
            }
        }
        for call in calls[chosen] {
            batch.note(call.identity, rowCount: Int(call.message.rows))
        }
        batch.callCount = chosen.count
        batch.arrivedAt = began
        batch.waited = .nanoseconds(now.nanoseconds(since: began))
        return deadline
    }
}

extension ScoreWorkspace {
    /// Scores `batch` into `scores` and checks what the handler has written.
    mutating func predict(
        with predictor: any PredictHandler,
        until stop: StopSignal
    ) throws(RPCStatus) {
        scores.begin(batch)
        try predictor.predict(whole: batch, into: &scores, until: stop)
        guard scores.setLabels() else {
            throw .notAProbability
        }
    }
}

extension ByteBuffer {
    /// The bytes at a range that the reader has found in them, shared.
    fileprivate func slice(_ range: ByteRange) -> ByteBuffer {
        getSlice(at: readerIndex + range.range.lowerBound, length: range.range.count)
            ?? ByteBuffer()
    }
}
