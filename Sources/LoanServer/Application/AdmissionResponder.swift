// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import HTTPServer
internal import LoanService
internal import Machine
internal import NIOPosix

/// Stands before the router: takes predictions only while there is room for them.
///
/// A small body of few rows is answered on its event loop, within what that may spend; any other
/// is read and scored by the threads that score the large batches of RPC. A prediction that has
/// waited for `AdmissionLimits.predictTimeout`, in the queue or for its model, is answered 504.
struct AdmissionResponder: HTTPResponder {
    let admission: AdmissionControl
    /// How many rows the event loop scores.
    let quickRows: QuickRows
    /// The fewest columns of a row of tensors, by the model that a call names; 1 where it is not
    /// known.
    let columnCount: @Sendable (HTTPCall) -> Int
    let next: any HTTPResponder

    /// Longer bodies leave the event loop.
    private static let inlineBytesMax = 32 << 10
    /// How many times as long a compressed body usually is without its coding.
    private static let codingShare = 8

    /// What is announced to be too much is refused before it comes.
    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        guard let rules = head.match?.rules, case .rows(let rowForm) = rules.body,
            let byteCount = head.announcedBytes, byteCount > Self.inlineBytesMax
        else { return next.refusal(of: head) }
        let form = rules.refusals
        if admission.memory.isShort { return answer(form, admission.pool.memoryRefusal) }
        let refusal = admission.pool.refusal(
            rows: Self.rows(of: byteCount, rowForm, isCoded: head.contentCoding != nil),
            lane: head.lane,
            until: deadline(of: head, since: .now())
        )
        return refusal.map { answer(form, $0) } ?? next.refusal(of: head)
    }

    /// How many rows take as long to score as it takes to read a body.
    private static func rows(of byteCount: Int, _ form: RowForm, isCoded: Bool) -> Int {
        let rows = byteCount / form.bytesPerRow
        return isCoded ? rows * codingShare + 1 : rows
    }

    private func deadline(of call: HTTPCall, since start: MonotonicTime) -> MonotonicTime {
        min(start.advanced(by: admission.predictTimeout), call.deadline ?? .distantFuture)
    }

    func respond(to call: HTTPCall) -> HTTPReply {
        guard let rules = call.match?.rules, case .rows(let rowForm) = rules.body else {
            return next.respond(to: call)
        }
        let form = rules.refusals
        if admission.memory.isShort {
            return .now(answer(form, admission.pool.memoryRefusal))
        }
        let start = MonotonicTime.now()
        let deadline = deadline(of: call, since: start)
        guard call.body.count <= Self.inlineBytesMax || rowForm.isCountedAtOnce else {
            return respondOnPool(to: call, rowForm, form, rows: 0, by: deadline)
        }
        let quickRowCount = quickRows.count
        let bound = RowBound(
            call,
            rowForm,
            rowsMax: quickRowCount,
            columnCount: columnCount
        )
        let rows = bound.count
        guard rows <= quickRowCount, call.body.count <= Self.inlineBytesMax else {
            return respondOnPool(to: call, rowForm, form, rows: rows, by: deadline)
        }
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else {
            return bounded(next.respond(to: call), form, by: deadline)
        }
        let budget = admission.budgets.budget(of: loop)
        if budget.isSpent { return .now(answer(form, .wait, "the server is busy")) }
        let reply = next.respond(to: call)
        budget.spend(nanoseconds: MonotonicTime.now().nanoseconds(since: start))
        return bounded(reply, form, by: deadline)
    }

    private func respondOnPool(
        to call: HTTPCall,
        _ rowForm: RowForm,
        _ form: RefusalForm,
        rows: Int,
        by deadline: MonotonicTime
    ) -> HTTPReply {
        // How many rows compressed bytes hold shows too late to be learned from.
        let isCoded = call.contentCoding != nil
        let least = Self.rows(of: call.body.count, rowForm, isCoded: isCoded)
        let rows = isCoded ? least : max(rows, least)
        let pool = admission.pool
        if let refusal = pool.refusal(rows: rows, lane: call.lane, until: deadline) {
            return .now(answer(form, refusal))
        }
        return .later {
            let reply: HTTPReply = await withCheckedContinuation { continuation in
                // A connection of HTTP/1.1 has one call at a time, so a lane a call is a lane a
                // connection.
                pool.run(rows: rows, lane: call.lane ?? pool.newLane()) { _, isActive in
                    guard isActive else {
                        continuation.resume(returning: Self.stopping(form))
                        return .end(rows: 0)
                    }
                    guard MonotonicTime.now() < deadline else {
                        continuation.resume(returning: late(form))
                        return .end(rows: 0)
                    }
                    continuation.resume(returning: next.respond(to: call))
                    return .end(rows: isCoded ? 0 : rows)
                }
            }
            return await bounded(reply, form, by: deadline).answer()
        }
    }

    /// A reply that is not waited for beyond a time. What it waits for goes on, such as the load
    /// of a model, so that the next call finds it done.
    private func bounded(
        _ reply: HTTPReply,
        _ form: RefusalForm,
        by deadline: MonotonicTime
    ) -> HTTPReply {
        guard case .later(let work) = reply else { return reply }
        return .later {
            let left = deadline.nanoseconds(since: .now())
            guard left > 0 else { return await late(form).answer() }
            let (answers, continuation) = AsyncStream.makeStream(of: HTTPAnswer.self)
            Task {
                continuation.yield(await work())
                continuation.finish()
            }
            let timer = Task {
                try await Task.sleep(for: .nanoseconds(left))
                continuation.finish()
            }
            defer { timer.cancel() }
            for await answer in answers { return answer }
            return await late(form).answer()
        }
    }

    // MARK: Refusals

    private func answer(_ form: RefusalForm, _ refusal: PredictRefusal) -> HTTPAnswer {
        answer(form, refusal.reason, refusal.message)
    }

    private func answer(
        _ form: RefusalForm,
        _ reason: ShedReason,
        _ message: String
    ) -> HTTPAnswer {
        admission.shed(reason)
        guard reason != .deadline else { return lateAnswer(form) }
        return form.answer(.busy(message: message, retryAfterSeconds: 1))
    }

    private func late(_ form: RefusalForm) -> HTTPReply {
        admission.shed(.deadline)
        return .now(lateAnswer(form))
    }

    private func lateAnswer(_ form: RefusalForm) -> HTTPAnswer {
        let message = "the prediction takes longer than \(admission.predictTimeout)"
        return form.answer(.deadlineExceeded(message: message))
    }

    private static func stopping(_ form: RefusalForm) -> HTTPReply {
        let stopping = ServiceError.unavailable(
            message: "the server is stopping",
            retryAfterSeconds: 1
        )
        return .now(form.answer(stopping))
    }
}

extension RowForm {
    /// Bytes of a body whose reading takes as long as scoring a row.
    fileprivate var bytesPerRow: Int {
        switch self {
        case .records, .lines, .tensors: 32
        // Copied rather than read.
        case .tensorMessage, .columnMessage: 256
        }
    }

    /// Whether the rows are counted without looking at all bytes.
    fileprivate var isCountedAtOnce: Bool {
        switch self {
        case .records, .lines, .tensors: false
        case .tensorMessage, .columnMessage: true
        }
    }
}
