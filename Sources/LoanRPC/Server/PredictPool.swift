// SPDX-License-Identifier: Apache-2.0

package import NIOPosix
internal import Synchronization

/// Threads for large batches, with a queue that refuses rather than grows.
package final class PredictPool: Sendable {
    private let threads: NIOThreadPool
    private let threadCount: Int
    private let limits: RPCLimits
    private let queued = Atomic(0)
    private let queuedRows = Atomic(0)
    /// Running mean of the cost of a row.
    private let picosecondsPerRow = Atomic(0)

    /// - Parameter threads: started, and stopped by its owner.
    package init(_ threads: NIOThreadPool, threadCount: Int, limits: RPCLimits) {
        self.threads = threads
        self.threadCount = max(1, threadCount)
        self.limits = limits
    }

    /// Why a batch cannot be queued, or nil.
    func refusal(rows: Int) -> RPCStatus? {
        let waiting = queued.load(ordering: .relaxed)
        let cost = picosecondsPerRow.load(ordering: .relaxed)
        let (wait, overflow) = queuedRows.load(ordering: .relaxed)
            .multipliedReportingOverflow(by: cost / threadCount)
        let waitMax = limits.queueWaitMax.nanosecondsClamped
        let isShort = !overflow && Int64(wait / 1000) <= waitMax
        // The threads themselves count as room: a queue in front of idle threads is no queue.
        guard waiting >= threadCount, waiting >= limits.queueLengthMax || !isShort else {
            return nil
        }
        return RPCStatus(
            .resourceExhausted,
            "the queue of predictions is full",
            retryAfter: limits.queueWaitMax,
            isNotStarted: true
        )
    }

    /// Runs `work` on a thread. It is called once, even when the threads are shutting down.
    func run(rows: Int, _ work: @escaping @Sendable (_ isActive: Bool) -> Void) {
        queued.add(1, ordering: .relaxed)
        queuedRows.add(rows, ordering: .relaxed)
        threads.submit { [self] state in
            let start = MonotonicTime.now()
            work(state == .active)
            note(rows: rows, nanoseconds: MonotonicTime.now().nanoseconds(since: start))
            queued.subtract(1, ordering: .relaxed)
            queuedRows.subtract(rows, ordering: .relaxed)
        }
    }

    private func note(rows: Int, nanoseconds: Int64) {
        let cost = Int(clamping: min(nanoseconds, 1 << 40)) * 1000 / max(1, rows)
        let mean = picosecondsPerRow.load(ordering: .relaxed)
        picosecondsPerRow.store(mean == 0 ? cost : (7 * mean + cost) / 8, ordering: .relaxed)
    }
}
