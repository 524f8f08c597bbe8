// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Machine
internal import Synchronization

/// How appends wake the writer. While decisions are coming it looks for itself every few
/// milliseconds, and appends cost nothing; after a while without any it sleeps, and the first
/// append wakes it. One that just misses the moment is found when the sleep ends.
final class WriterSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let isAsleep = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(false)

    /// Whether the writer is to end.
    var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Says that something was appended.
    @inline(__always)
    func wakeIfAsleep() {
        if isAsleep.load(ordering: .relaxed) { wake() }
    }

    /// Wakes the writer in any case, once.
    func wake() {
        if isAsleep.exchange(false, ordering: .relaxed) { semaphore.signal() }
    }

    /// Makes the writer end.
    func stop() {
        stopped.store(true, ordering: .releasing)
        semaphore.signal()
    }

    /// Waits whatever comes, but for the first time after `stop`.
    func pause(_ duration: Duration) {
        let nanoseconds = Int(clamping: duration.nanosecondsClamped)
        _ = semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    /// Waits, on the writer's thread.
    /// - Parameter mayBeWoken: whether an append ends it.
    func wait(_ duration: Duration, mayBeWoken: Bool) {
        guard !isStopped else { return }
        isAsleep.store(mayBeWoken, ordering: .relaxed)
        let nanoseconds = Int(clamping: duration.nanosecondsClamped)
        _ = semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds))
        isAsleep.store(false, ordering: .relaxed)
    }
}
