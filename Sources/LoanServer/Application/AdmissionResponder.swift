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
    /// Bytes of JSON whose reading takes as long as scoring a row.
    private static let bytesPerRow = 32
    /// How many times as long a compressed body usually is without its coding.
    private static let codingShare = 8

    func refusal(of head: HTTPCall) -> HTTPAnswer? { next.refusal(of: head) }

    func respond(to call: HTTPCall) -> HTTPReply {
        guard let rules = call.match?.rules, case .rows(let rowForm) = rules.body else {
            return next.respond(to: call)
        }
        let form = rules.refusals
        if admission.memory.isShort { return refuse(form, admission.pool.memoryRefusal) }
        let start = MonotonicTime.now()
        let deadline = min(
            start.advanced(by: admission.predictTimeout),
            call.deadline ?? .distantFuture
        )
        guard call.body.count <= Self.inlineBytesMax else {
            return respondOnPool(to: call, form, rows: 0, by: deadline)
        }
        let quickRowCount = quickRows.count
        let bound = RowBound(
            call,
            rowForm,
            rowsMax: quickRowCount,
            columnCount: columnCount
        )
        let rows = bound.count
        guard rows <= quickRowCount else {
            return respondOnPool(to: call, form, rows: rows, by: deadline)
        }
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else {
            return bounded(next.respond(to: call), form, by: deadline)
        }
        let budget = admission.budgets.budget(of: loop)
        if budget.isSpent { return refuse(form, .wait, "the server is busy") }
        let reply = next.respond(to: call)
        budget.spend(nanoseconds: MonotonicTime.now().nanoseconds(since: start))
        return bounded(reply, form, by: deadline)
    }

    private func respondOnPool(
        to call: HTTPCall,
        _ form: RefusalForm,
        rows: Int,
        by deadline: MonotonicTime
    ) -> HTTPReply {
        // How many rows compressed bytes hold shows too late to be learned from.
        let isCoded = call.contentCoding != nil
        let rows =
            isCoded
            ? call.body.count * Self.codingShare / Self.bytesPerRow + 1
            : max(rows, call.body.count / Self.bytesPerRow)
        let pool = admission.pool
        if let refusal = pool.refusal(rows: rows, lane: call.lane, until: deadline) {
            return refuse(form, refusal)
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

    private func refuse(_ form: RefusalForm, _ refusal: PredictRefusal) -> HTTPReply {
        refuse(form, refusal.reason, refusal.message)
    }

    private func refuse(
        _ form: RefusalForm,
        _ reason: ShedReason,
        _ message: String
    ) -> HTTPReply {
        guard reason != .deadline else { return late(form) }
        admission.shed(reason)
        let busy = ServiceError.busy(message: message, retryAfterSeconds: 1)
        return .now(form.answer(busy))
    }

    private func late(_ form: RefusalForm) -> HTTPReply {
        admission.shed(.deadline)
        let message = "the prediction takes longer than \(admission.predictTimeout)"
        return .now(form.answer(.deadlineExceeded(message: message)))
    }

    private static func stopping(_ form: RefusalForm) -> HTTPReply {
        let stopping = ServiceError.unavailable(
            message: "the server is stopping",
            retryAfterSeconds: 1
        )
        return .now(form.answer(stopping))
    }
}
