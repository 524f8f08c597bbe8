// SPDX-License-Identifier: Apache-2.0

/// What a pool tells those whose batches it does not take.
struct Refusals: Sendable {
    let memory: PredictPool.Refusal
    let queue: PredictPool.Refusal
    let wait: PredictPool.Refusal
    let deadline: PredictPool.Refusal

    /// - Parameter retryAfter: when there may be room again.
    init(retryAfter: Duration) {
        func refusal(_ reason: ShedReason, _ message: String) -> PredictPool.Refusal {
            PredictPool.Refusal(
                reason,
                RPCStatus(
                    .resourceExhausted,
                    message,
                    retryAfter: retryAfter,
                    isNotStarted: true
                )
            )
        }
        memory = refusal(.memory, "the server is close to its limit of memory")
        queue = refusal(.queue, "the queue of predictions is full")
        wait = refusal(.wait, "the prediction would wait too long")
        deadline = PredictPool.Refusal(
            .deadline,
            RPCStatus(
                .deadlineExceeded,
                "the deadline would pass in the queue",
                isNotStarted: true
            )
        )
    }
}
