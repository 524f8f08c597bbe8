// SPDX-License-Identifier: Apache-2.0

/// Why a pool does not take a batch, for each transport to say in its own way.
package struct PredictRefusal: Sendable {
    /// What a metric counts it by.
    package let reason: ShedReason
    /// A sentence for the caller.
    package let message: String
    /// When there may be room again; nil where it is the caller's time that would not suffice.
    package let retryAfter: Duration?

    /// The refusals of a pool.
    struct All: Sendable {
        let memory: PredictRefusal
        let queue: PredictRefusal
        let wait: PredictRefusal
        let deadline = PredictRefusal(
            reason: .deadline,
            message: "the deadline would pass in the queue",
            retryAfter: nil
        )

        init(retryAfter: Duration) {
            func refusal(_ reason: ShedReason, _ message: String) -> PredictRefusal {
                PredictRefusal(reason: reason, message: message, retryAfter: retryAfter)
            }
            memory = refusal(.memory, "the server is close to its limit of memory")
            queue = refusal(.queue, "the queue of predictions is full")
            wait = refusal(.wait, "the prediction would wait too long")
        }

        /// Each once.
        var list: [PredictRefusal] { [memory, queue, wait, deadline] }
    }
}
