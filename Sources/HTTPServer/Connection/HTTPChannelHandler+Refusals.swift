// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

/// Refusals that wait, by what their calls have sent.
extension HTTPChannelHandler {
    /// When the call under way may be answered; nil: at once.
    func due(_ answer: HTTPAnswer, _ now: MonotonicTime) -> MonotonicTime? {
        guard answer.refusesForRoom else { return nil }
        return shared.refusedBytes.count(callCount, now: now)
    }

    /// Answers the call under way, then.
    func finish(late answer: HTTPAnswer, _ method: HTTPMethod, at time: MonotonicTime) {
        guard let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: time.nanoseconds))
        loop.scheduleTask(deadline: deadline) { bound.value.finish(late: answer, method) }
    }
}

extension HTTPAnswer {
    /// Whether the call was refused for lack of room, so that its client comes again.
    fileprivate var refusesForRoom: Bool { status == 429 || status == 503 }
}
