// SPDX-License-Identifier: Apache-2.0

package import Machine
internal import NIOCore
package import NIOPosix
internal import Synchronization

/// Threads for batches that are too large for an event loop, shared by all transports, with a
/// queue that refuses rather than grows.
///
/// - A large batch is worked off in slices; after each one the connection that has got least has
///   its turn (`FairQueue`).
/// - What would wait too long is refused when it comes. That depends on what the others have
///   waiting, but not beyond what they get before it: one with many rows neither keeps one with
///   few waiting nor has it refused. Once the threads have had hardly an idle
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

        /// Notes that `count` rows are done.
        func did(_ count: Int) { rows.subtract(count, ordering: .relaxed) }
    }

    /// A slice to be done.
    private struct Turn: Sendable {
        let work: Work
        let rowsMax: Int
        /// Rows that its lane has been charged for.
        let charged: Int
    }

    private struct State: Sendable {
        var queue = FairQueue<Work>()
        /// Batches that a thread is at.
        var running = 0
        /// How busy the threads are.
        var load = PoolLoad(now: .now())
        /// Running mean of the cost of a row.
        var picosecondsPerRow = 0

        /// Notes how long a number of rows took.
        mutating func note(rows: Int, nanoseconds: Int64) {
            load.did(rows: rows)
            guard rows > 0 else { return }
            let cost = Int(clamping: min(nanoseconds, 1 << 40)) * 1000 / rows
            picosecondsPerRow = picosecondsPerRow == 0 ? cost : (7 * picosecondsPerRow + cost) / 8
        }

        /// Takes the batch whose turn it is. While nobody else waits, its slice may be shared
        /// between all threads.
        mutating func next(_ threadCount: Int) -> Turn? {
            let rowsMax = queue.count <= 1 ? threadCount * sliceRowsMax : sliceRows
            let cost = { (work: Work) in min(work.rowsLeft, rowsMax) }
            guard let work = queue.popFirst(cost) else { return nil }
            return Turn(work: work, rowsMax: rowsMax, charged: cost(work))
        }

        /// Rows of a slice that others wait for.
        var sliceRows: Int {
            let fitting = sliceNanosecondsMax * 1000 / max(1, picosecondsPerRow)
            return min(max(fitting, sliceRowsMin), sliceRowsMax)
        }
    }

    /// Rows that a thread scores at most before others have their turn ...
    package static let sliceRowsMax = 4096
    /// ... or fewer, where these take longer than so: then as many as fit ...
    private static let sliceNanosecondsMax = 2_000_000
    /// ... but not below what makes up for fetching a model's trees again.
    package static let sliceRowsMin = 512
    private let threads: NIOThreadPool
    private let threadCount: Int
    private let limits: AdmissionLimits
    private let memory: MemoryGate
    private let state = Mutex(State())
    private let lanes = Atomic<UInt64>(0)
    private let saturation = Atomic(false)
    private let refusals: PredictRefusal.All
    private let enter: @Sendable () -> Void

    /// - Parameters:
    ///   - threads: started, and stopped by its owner.
    ///   - memory: refuses batches while the process is close to its limit.
    ///   - enter: called on a thread each time before it takes a batch.
    package init(
        _ threads: NIOThreadPool,
        threadCount: Int,
        limits: AdmissionLimits,
        memory: MemoryGate = MemoryGate(),
        enter: @escaping @Sendable () -> Void = {}
    ) {
        self.enter = enter
        self.threads = threads
        self.threadCount = max(1, threadCount)
        self.limits = limits
        self.memory = memory
        refusals = PredictRefusal.All(retryAfter: limits.queueWaitMax)
    }

    /// Why nothing is taken while the process is close to its limit of memory.
    package var memoryRefusal: PredictRefusal { refusals.memory }

    /// All that `refusal` may return.
    package var allRefusals: [PredictRefusal] { refusals.list }

    /// A lane of its own, for a connection or for a call of a connection that has one at a time.
    package func newLane() -> UInt64 { lanes.add(1, ordering: .relaxed).newValue }

    // MARK: Taking

    /// Why a batch cannot be queued, or nil.
    /// - Parameter lane: where it would wait; nil for a lane of its own.
    package func refusal(
        rows: Int,
        lane: UInt64? = nil,
        until deadline: MonotonicTime
    ) -> PredictRefusal? {
        if memory.isShort { return refusals.memory }
        let now = MonotonicTime.now()
        return state.withLock { state in
            state.load.look(now: now)
            let isSaturated = state.load.isSaturated
            saturation.store(isSaturated, ordering: .relaxed)
            // Threads that are idle count as room: a queue in front of them is no queue.
            guard state.queue.count + state.running >= threadCount else { return nil }
            let wait = wait(of: rows, lane, state)
            if now.advanced(by: .nanoseconds(wait)) >= deadline { return refusals.deadline }
            // Half of the queue is for the others.
            let isFull =
                state.queue.count >= limits.queueLengthMax
                || state.queue.count(of: lane) >= max(1, limits.queueLengthMax / 2)
            if isFull { return refusals.queue }
            let waitMax = limits.queueWaitMax / (isSaturated ? 2 : 1)
            return wait > waitMax.nanosecondsClamped ? refusals.wait : nil
        }
    }

    /// The time that is spent on others before a batch that comes now is done, in nanoseconds.
    private func wait(of rows: Int, _ lane: UInt64?, _ state: State) -> Int64 {
        let ahead = state.queue.rowsAhead(of: rows, lane: lane, turn: state.sliceRows)
        let (picoseconds, overflow) = ahead.multipliedReportingOverflow(
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
            state.queue.append(work, lane: lane, rows: rows)
            settle(&state, now: work.arrival)
        }
        // One turn for each batch that waits: each ends with one batch done.
        threads.submit { [self] threadState in
            enter()
            takeTurns(isActive: threadState == .active)
        }
    }

    /// Does slices, of whichever batch is next, until one batch is done.
    private func takeTurns(isActive: Bool) {
        var turn = state.withLock { state in
            let turn = state.next(threadCount)
            if turn != nil { state.running += 1 }
            return turn
        }
        while let current = turn {
            let start = MonotonicTime.now()
            let progress = current.work.slice(current.rowsMax, isActive)
            let nanoseconds = MonotonicTime.now().nanoseconds(since: start)
            turn = state.withLock { state in
                settle(current, progress, nanoseconds: nanoseconds, &state)
            }
        }
    }

    /// A slice is done.
    /// - Returns: the next one; nil when the batch has ended.
    private func settle(
        _ turn: Turn,
        _ progress: Progress,
        nanoseconds: Int64,
        _ state: inout State
    ) -> Turn? {
        let work = turn.work
        switch progress {
        case .end(let rows):
            note(rows, turn, nanoseconds, &state)
            state.queue.end(lane: work.lane, rows: work.rowsLeft)
            state.running -= 1
            settle(&state, now: .now())
            return nil
        case .more(let rows):
            note(rows, turn, nanoseconds, &state)
            work.did(rows)
            state.queue.putBack(work, lane: work.lane, done: rows)
            return state.next(threadCount)
        }
    }

    private func note(_ rows: Int, _ turn: Turn, _ nanoseconds: Int64, _ state: inout State) {
        state.note(rows: rows, nanoseconds: nanoseconds)
        if rows > turn.charged { state.queue.charge(rows - turn.charged, to: turn.work.lane) }
    }

    /// Reports to the load whether a thread has nothing to do.
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
    package var rowCount: Int { state.withLock { $0.queue.rows } }

    /// The age of the batch that has waited longest.
    package var longestWait: Duration {
        let oldest = state.withLock { $0.queue.heads.map(\.arrival).min() }
        return .nanoseconds(oldest.map { MonotonicTime.now().nanoseconds(since: $0) } ?? 0)
    }
}
