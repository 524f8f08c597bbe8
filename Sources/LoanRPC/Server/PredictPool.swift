// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
package import NIOPosix
internal import Synchronization

/// Threads for batches that are too large for an event loop, shared by all transports, with a
/// queue that refuses rather than grows.
///
/// - A large batch is worked off in slices; behind each one the next connection has its turn.
/// - What would wait too long is refused when it comes. Once the threads have had hardly an idle
///   moment for a while, the server cannot keep up, and waiting longer helps nobody: then half
///   of the wait is allowed, so that what is accepted is answered as fast as ever. The idea is that
///   of controlled delay: Ben Maurer, "Fail at Scale", ACM Queue 13(8), 2015,
///   https://queue.acm.org/detail.cfm?id=2839461. That looks at whether the queue was empty; the
///   share of idle time is steadier where event loops and threads share processors.
package final class PredictPool: Sendable {
    /// Does one slice of at most `rowsMax` rows. Called until the end, at least once, by one thread
    /// at a time; with `isActive` false when the threads are shutting down, so that it ends at
    /// once.
    package typealias Slice = @Sendable (_ rowsMax: Int, _ isActive: Bool) -> Progress

    /// Where a batch stands after a slice, with the rows that the slice scored.
    package enum Progress: Sendable {
        case more(rows: Int)
        case end(rows: Int)
    }

    /// One batch.
    private final class Work: Sendable {
        let lane: UInt64
        let arrival: MonotonicTime
        let slice: Slice
        private let rows: Atomic<Int>

        init(
            lane: UInt64,
            arrival: MonotonicTime,
            rows: Int,
            slice: @escaping Slice
        ) {
            self.lane = lane
            self.arrival = arrival
            self.slice = slice
            self.rows = Atomic(rows)
        }

        /// Rows that are not done.
        var rowsLeft: Int { rows.load(ordering: .relaxed) }

        /// So many rows are done.
        func did(_ count: Int) { rows.subtract(count, ordering: .relaxed) }
    }

    /// Why a batch is not taken.
    package struct Refusal: Sendable {
        package let reason: ShedReason
        package let status: RPCStatus
        /// The status as it is sent: encoded once, since refusals come in thousands.
        let encoded: [UInt8]

        init(_ reason: ShedReason, _ status: RPCStatus) {
            self.reason = reason
            self.status = status
            encoded = status.encoded()
        }
    }

    private struct State: Sendable {
        var queue = FairQueue<Work>()
        /// Batches that a thread is at.
        var running = 0
        /// Rows of all batches, waiting or running, that are not done.
        var rows = 0
        /// How busy the threads are.
        var load = PoolLoad(now: .now())
        /// Running mean of the cost of a row.
        var picosecondsPerRow = 0

        /// So many rows took so long.
        mutating func note(rows: Int, nanoseconds: Int64) {
            load.did(rows: rows)
            guard rows > 0 else { return }
            let cost = Int(clamping: min(nanoseconds, 1 << 40)) * 1000 / rows
            picosecondsPerRow = picosecondsPerRow == 0 ? cost : (7 * picosecondsPerRow + cost) / 8
        }
    }

    /// Rows that a thread scores before others have their turn.
    package static let sliceRowsMax = 4096
    private let threads: NIOThreadPool
    private let threadCount: Int
    private let limits: RPCLimits
    private let memory: MemoryGate
    private let state = Mutex(State())
    private let lanes = Atomic<UInt64>(0)
    private let saturation = Atomic(false)
    private let refusals: Refusals

    /// - Parameters:
    ///   - threads: started, and stopped by its owner.
    ///   - memory: refuses batches while the process is close to its limit.
    package init(
        _ threads: NIOThreadPool,
        threadCount: Int,
        limits: RPCLimits,
        memory: MemoryGate = MemoryGate()
    ) {
        self.threads = threads
        self.threadCount = max(1, threadCount)
        self.limits = limits
        self.memory = memory
        refusals = Refusals(retryAfter: limits.queueWaitMax)
    }

    /// A lane of its own, for a connection or for a call of a connection that has one at a time.
    package func newLane() -> UInt64 { lanes.add(1, ordering: .relaxed).newValue }

    // MARK: Admission

    /// Why a batch cannot be queued, or nil.
    package func refusal(rows: Int, until deadline: MonotonicTime) -> Refusal? {
        if memory.isShort { return refusals.memory }
        let now = MonotonicTime.now()
        let (waiting, running, wait, isSaturated) = state.withLock { state in
            state.load.look(now: now)
            return (
                state.queue.count, state.running, Self.wait(state, threadCount),
                state.load.isSaturated
            )
        }
        saturation.store(isSaturated, ordering: .relaxed)
        // Threads that are idle count as room: a queue in front of them is no queue.
        guard waiting + running >= threadCount else { return nil }
        if now.advanced(by: .nanoseconds(wait)) >= deadline { return refusals.deadline }
        if waiting >= limits.queueLengthMax { return refusals.queue }
        let waitMax = limits.queueWaitMax / (isSaturated ? 2 : 1)
        return wait > waitMax.nanosecondsClamped ? refusals.wait : nil
    }

    /// The time until a batch that comes now has a thread, in nanoseconds.
    private static func wait(_ state: State, _ threadCount: Int) -> Int64 {
        let (picoseconds, overflow) = state.rows.multipliedReportingOverflow(
            by: state.load.picosecondsPerRow ?? state.picosecondsPerRow / threadCount
        )
        return overflow ? .max : Int64(picoseconds / 1000)
    }

    // MARK: Work

    /// Queues a batch.
    package func run(
        rows: Int,
        lane: UInt64,
        _ slice: @escaping Slice
    ) {
        let work = Work(lane: lane, arrival: .now(), rows: rows, slice: slice)
        state.withLock { state in
            state.rows += rows
            state.queue.append(work, lane: lane)
            settle(&state, now: work.arrival)
        }
        // One turn for each batch that waits: each ends with one batch done.
        threads.submit { [self] threadState in turn(isActive: threadState == .active) }
    }

    /// Does slices, of whichever batch is next, until one batch is done.
    private func turn(isActive: Bool) {
        guard var work = take() else { return }
        while true {
            let start = MonotonicTime.now()
            let progress = work.slice(sliceRows, isActive)
            let nanoseconds = MonotonicTime.now().nanoseconds(since: start)
            switch progress {
            case .end(let rows):
                let left = work.rowsLeft
                return state.withLock { state in
                    state.note(rows: rows, nanoseconds: nanoseconds)
                    state.rows -= left
                    state.running -= 1
                    settle(&state, now: .now())
                }
            case .more(let rows):
                work.did(rows)
                let current = work
                work = state.withLock { state in
                    state.note(rows: rows, nanoseconds: nanoseconds)
                    state.rows -= rows
                    guard let next = state.queue.popFirst() else { return current }
                    state.queue.append(current, lane: current.lane)
                    return next
                }
            }
        }
    }

    /// Rows of the next slice. While nobody waits, it may be shared between all threads.
    private var sliceRows: Int {
        state.withLock { $0.queue.count == 0 } ? threadCount * Self.sliceRowsMax : Self.sliceRowsMax
    }

    private func take() -> Work? {
        state.withLock { state in
            guard let work = state.queue.popFirst() else { return nil }
            state.running += 1
            return work
        }
    }

    /// Tells the load whether a thread has nothing to do.
    private func settle(_ state: inout State, now: MonotonicTime) {
        state.load.settle(
            isIdle: state.queue.count + state.running < threadCount,
            now: now
        )
    }

    // MARK: Numbers

    /// Whether more had come than the threads can do, when a batch came last.
    package var isSaturated: Bool { saturation.load(ordering: .relaxed) }

    /// Batches that wait for a thread.
    package var waitingCount: Int { state.withLock { $0.queue.count } }

    /// Rows of the batches that wait or are being scored.
    package var rowCount: Int { state.withLock { $0.rows } }

    /// The age of the batch that has waited longest.
    package var longestWait: Duration {
        let oldest = state.withLock { $0.queue.heads.map(\.arrival).min() }
        return .nanoseconds(oldest.map { MonotonicTime.now().nanoseconds(since: $0) } ?? 0)
    }
}
