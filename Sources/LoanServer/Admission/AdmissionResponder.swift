// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService
internal import NIOPosix

/// Stands before the router: takes predictions only while there is room for them.
///
/// A small body is answered on its event loop, within what that may spend; a large one is read and
/// scored by the threads that score the large batches of RPC.
struct AdmissionResponder: HTTPResponder {
    let router: HTTPRouter
    let admission: Admission

    /// Longer bodies leave the event loop.
    private static let inlineBytesMax = 32 << 10
    /// Reading so many bytes of JSON takes as long as scoring a row.
    private static let bytesPerRow = 32

    func refusal(of head: HTTPCall) -> HTTPAnswer? { router.refusal(of: head) }

    func respond(to call: HTTPCall) -> HTTPReply {
        guard call.method == .post, let route = router.route(of: call.path),
            Self.isPrediction(route)
        else { return router.respond(to: call) }
        if admission.memory.isShort {
            return refuse(route, .memory, "the server is close to its limit of memory")
        }
        guard call.body.count <= Self.inlineBytesMax else { return respondOnPool(to: call, route) }
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else {
            return router.respond(to: call)
        }
        let budget = admission.budgets.budget(of: loop)
        if budget.isSpent { return refuse(route, .wait, "the server is busy") }
        let start = MonotonicTime.now()
        let reply = router.respond(to: call)
        budget.spend(nanoseconds: MonotonicTime.now().nanoseconds(since: start))
        return reply
    }

    private func respondOnPool(to call: HTTPCall, _ route: String) -> HTTPReply {
        let rows = call.body.count / Self.bytesPerRow
        let pool = admission.pool
        if let refusal = pool.refusal(rows: rows, until: .distantFuture) {
            return refuse(route, refusal.reason, refusal.status.message)
        }
        return .later { [router] in
            let reply: HTTPReply? = await withCheckedContinuation { continuation in
                // A connection has one call at a time, so a lane a call is a lane a connection.
                pool.run(rows: rows, lane: pool.newLane()) { _, isActive in
                    continuation.resume(returning: isActive ? router.respond(to: call) : nil)
                    return .end(rows: rows)
                }
            }
            let stopping = ServiceError.unavailable(
                message: "the server is stopping",
                retryAfterSeconds: 1
            )
            return await reply?.answer() ?? .refusal(stopping, ofRoute: route)
        }
    }

    private func refuse(
        _ route: String,
        _ reason: ShedReason,
        _ message: String
    ) -> HTTPReply {
        admission.shed(reason)
        let busy = ServiceError.busy(message: message, retryAfterSeconds: 1)
        return .now(.refusal(busy, ofRoute: route))
    }

    /// Whether a route scores applications.
    private static func isPrediction(_ route: String) -> Bool {
        route == "/predict" || route == "/invocations" || route.hasSuffix("/infer")
            || route.hasSuffix(":predict")
    }
}
