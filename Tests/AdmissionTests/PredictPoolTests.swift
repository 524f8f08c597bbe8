// SPDX-License-Identifier: Apache-2.0

import Admission
import Machine
import NIOPosix
import Synchronization
import Testing

@Suite struct PredictPoolTests {
    @Test func largeBatchesYieldBetweenSlices() async throws {
        try await withPool { pool in
            let order = Order()
            let gate = Gate()
            // The only thread waits in the first slice until all others are queued.
            let large = Rows(3 * PredictPool.sliceRowsMax)
            pool.run(rows: 3 * PredictPool.sliceRowsMax, lane: pool.newLane()) { rowsMax, _ in
                gate.wait()
                order.append("large")
                return large.take(rowsMax)
            }
            for name in ["small 1", "small 2"] {
                pool.run(rows: 1, lane: pool.newLane()) { _, _ in
                    order.append(name)
                    return .end(rows: 1)
                }
            }
            #expect(pool.rowCount == 3 * PredictPool.sliceRowsMax + 2)
            gate.open()
            try await order.wait(for: 5)
            #expect(order.all == ["large", "small 1", "small 2", "large", "large"])
        }
    }

    @Test func aFullQueueRefusesAndAnIdleOneTakesAnything() async throws {
        var limits = AdmissionLimits()
        limits.queueLengthMax = 2
        try await withPool(limits) { pool in
            let gate = Gate()
            #expect(pool.refusal(rows: 65_536, until: .distantFuture) == nil)
            for _ in 0..<3 {
                pool.run(rows: 1, lane: pool.newLane()) { _, _ in
                    gate.wait()
                    return .end(rows: 1)
                }
            }
            let end = ContinuousClock.now + .seconds(20)
            while pool.waitingCount != 2, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(1))
            }
            let refusal = try #require(pool.refusal(rows: 1, until: .distantFuture))
            #expect(refusal.reason == .queue)
            #expect(try #require(refusal.retryAfter) > .zero)
            #expect(pool.longestWait > .zero)
            gate.open()
        }
    }

    @Test func whatWouldWaitTooLongOrBeyondItsDeadlineIsRefused() async throws {
        try await withPool { pool in
            // The cost of a row is learnt: 10 ms for one.
            let learnt = Order()
            for _ in 0..<3 {
                pool.run(rows: 1, lane: pool.newLane()) { _, _ in
                    Self.spin(.milliseconds(10))
                    learnt.append("row")
                    return .end(rows: 1)
                }
            }
            try await learnt.wait(for: 3)
            let gate = Gate()
            pool.run(rows: 1000, lane: pool.newLane()) { _, _ in
                gate.wait()
                return .end(rows: 1000)
            }
            let wait = try #require(pool.refusal(rows: 1, until: .distantFuture))
            #expect(wait.reason == .wait)
            let soon = MonotonicTime.now().advanced(by: .milliseconds(5))
            let late = try #require(pool.refusal(rows: 1, until: soon))
            #expect(late.reason == .deadline && late.retryAfter == nil)
            gate.open()
        }
    }

    @Test func whatOneCallerHasWaitingDoesNotRefuseTheFewRowsOfAnother() async throws {
        var limits = AdmissionLimits()
        limits.queueWaitMax = .milliseconds(200)
        let many = 1 << 20
        try await withPool(limits) { pool in
            // The cost of a row is learnt: a microsecond. A million of them take longer than
            // anybody is let wait, and a turn of 4,096 does not.
            let learnt = Order()
            for _ in 0..<10 {
                pool.run(rows: 4096, lane: pool.newLane()) { _, _ in
                    Self.spin(.milliseconds(4))
                    learnt.append("rows")
                    return .end(rows: 4096)
                }
            }
            try await learnt.wait(for: 10)
            let gate = Gate()
            let greedy = pool.newLane()
            for _ in 0..<2 {
                pool.run(rows: many, lane: greedy) { _, _ in
                    gate.wait()
                    return .end(rows: many)
                }
            }
            #expect(pool.refusal(rows: many, lane: greedy, until: .distantFuture) != nil)
            #expect(pool.refusal(rows: 16, lane: greedy, until: .distantFuture) != nil)
            #expect(pool.refusal(rows: many, until: .distantFuture) != nil)
            #expect(pool.refusal(rows: 16, until: .distantFuture) == nil)
            #expect(pool.refusal(rows: 16, lane: pool.newLane(), until: .distantFuture) == nil)
            gate.open()
        }
    }

    @Test func oneCallerFillsNoMoreThanHalfOfTheQueue() async throws {
        var limits = AdmissionLimits()
        limits.queueLengthMax = 4
        try await withPool(limits) { pool in
            let gate = Gate()
            let lane = pool.newLane()
            let add = { (lane: UInt64) in
                pool.run(rows: 1, lane: lane) { _, _ in
                    gate.wait()
                    return .end(rows: 1)
                }
            }
            for _ in 0..<3 { add(lane) }
            let end = ContinuousClock.now + .seconds(20)
            while pool.waitingCount != 2, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(pool.refusal(rows: 1, lane: lane, until: .distantFuture)?.reason == .queue)
            #expect(pool.refusal(rows: 1, until: .distantFuture) == nil)
            gate.open()
        }
    }

    @Test func slicesOfACostlyModelAreShortWhileOthersWait() async throws {
        try await withPool { pool in
            let learnt = Order()
            for _ in 0..<3 {
                pool.run(rows: 1, lane: pool.newLane()) { _, _ in
                    Self.spin(.milliseconds(1))
                    learnt.append("row")
                    return .end(rows: 1)
                }
            }
            try await learnt.wait(for: 3)
            let gate = Gate()
            let sizes = Order()
            pool.run(rows: 1, lane: pool.newLane()) { _, _ in
                gate.wait()
                return .end(rows: 1)
            }
            for lane in [pool.newLane(), pool.newLane()] {
                pool.run(rows: 3 * PredictPool.sliceRowsMax, lane: lane) { rowsMax, _ in
                    sizes.append("\(rowsMax)")
                    return .end(rows: rowsMax)
                }
            }
            gate.open()
            try await sizes.wait(for: 2)
            #expect(sizes.all.first == "\(PredictPool.sliceRowsMin)")
        }
    }

    @Test func threadsAreEnteredBeforeTheyTakeABatch() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let order = Order()
        let pool = PredictPool(threads, threadCount: 1, limits: AdmissionLimits()) {
            order.append("enter")
        }
        pool.run(rows: 1, lane: pool.newLane()) { _, _ in
            order.append("score")
            return .end(rows: 1)
        }
        try await order.wait(for: 2)
        try await threads.shutdownGracefully()
        #expect(order.all == ["enter", "score"])
    }

    @Test func shortMemoryRefusesEverything() async throws {
        let memory = MemoryGate()
        try await withPool(memory: memory) { pool in
            memory.set(.short)
            #expect(pool.refusal(rows: 1, until: .distantFuture)?.reason == .memory)
            memory.set(.ample)
            #expect(pool.refusal(rows: 1, until: .distantFuture) == nil)
        }
    }

    @Test func batchesThatWaitWhenItStopsAreEnded() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let pool = PredictPool(threads, threadCount: 1, limits: AdmissionLimits())
        let gate = Gate()
        let ends = Order()
        for _ in 0..<4 {
            pool.run(rows: 1, lane: pool.newLane()) { _, isActive in
                gate.wait()
                ends.append(isActive ? "scored" : "ended")
                return .end(rows: 1)
            }
        }
        gate.open()
        try await threads.shutdownGracefully()
        #expect(ends.all.count == 4)
    }

    private static func spin(_ time: Duration) {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {}
    }

    private func withPool(
        _ limits: AdmissionLimits = AdmissionLimits(),
        memory: MemoryGate = MemoryGate(),
        _ body: (PredictPool) async throws -> Void
    ) async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let pool = PredictPool(threads, threadCount: 1, limits: limits, memory: memory)
        do {
            try await body(pool)
        } catch {
            try await threads.shutdownGracefully()
            throw error
        }
        try await threads.shutdownGracefully()
    }

    /// A door that is closed at first.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)

        func open() { isOpen.store(true, ordering: .releasing) }

        func wait() {
            while !isOpen.load(ordering: .acquiring) { PredictPoolTests.spin(.milliseconds(1)) }
        }
    }

    /// Rows that are taken piece by piece.
    private final class Rows: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func take(_ countMax: Int) -> PredictPool.Progress {
            left.withLock { left in
                let count = min(left, countMax)
                left -= count
                return left == 0 ? .end(rows: count) : .more(rows: count)
            }
        }
    }

    /// What happened, in order.
    private final class Order: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func append(_ name: String) { names.withLock { $0.append(name) } }

        func wait(for count: Int) async throws {
            let end = ContinuousClock.now + .seconds(30)
            while all.count < count, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }
}
