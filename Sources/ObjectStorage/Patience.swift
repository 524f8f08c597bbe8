// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How long calls wait for a store that is away, after work that would be lost without it.
///
/// The work's own duration is the measure: whoever has computed for ten minutes had rather wait
/// ten minutes more than compute again. All calls share one wait, which ends when the store
/// answers; the deadlines of the calls hold all the same.
final class Patience: Sendable {
    private let begun: ContinuousClock.Instant
    private let onWait: @Sendable (ObjectStoreError, Duration) -> Void
    /// When the outage under way has lasted too long; nil while the store answers.
    private let until = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - begun: when the work began.
    ///   - onWait: called once for each outage, with its cause and the longest wait.
    init(
        since begun: ContinuousClock.Instant,
        onWait: @escaping @Sendable (ObjectStoreError, Duration) -> Void
    ) {
        self.begun = begun
        self.onWait = onWait
    }

    /// Whether a call that failed at `now`, after its ordinary attempts, is to be tried again.
    func waits(_ error: ObjectStoreError, at now: ContinuousClock.Instant) -> Bool {
        let waitMax = now - begun
        let (end, isNew) = until.withLock { until in
            if let until { return (until, false) }
            until = now + waitMax
            return (now + waitMax, true)
        }
        guard now < end else { return false }
        if isNew { onWait(error, waitMax) }
        return true
    }

    /// Ends the wait: the store has answered.
    func end() {
        until.withLock { $0 = nil }
    }
}
