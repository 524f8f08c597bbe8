// SPDX-License-Identifier: Apache-2.0

import Machine
import Synchronization
import Testing

/// What the process promises of its memory.
@Suite struct MemoryBudgetTests {
    /// A process whose use of memory the test sets, in MiB.
    private final class Use: Sendable {
        private let mebibytes: Atomic<Int>

        init(_ mebibytes: Int) { self.mebibytes = Atomic(mebibytes) }

        func set(_ mebibytes: Int) { self.mebibytes.store(mebibytes, ordering: .relaxed) }

        func budget(limit: Int) -> MemoryBudget {
            MemoryBudget(limit: limit << 20) { self.mebibytes.load(ordering: .relaxed) << 20 }
        }
    }

    @Test func fourFifthsLessAServerAtRestIsTheMost() throws {
        let budget = Use(0).budget(limit: 1_000)
        #expect(budget.ampleBytesMax == 800 << 20)
        #expect(throws: MemoryBudget.Refusal.aboveMost(736 << 20)) {
            try budget.reserve(736 << 20 + 1)
        }
        #expect(budget.reservedBytes == 0)
        try budget.reserve(736 << 20)
        #expect(budget.reservedBytes == 736 << 20)
    }

    @Test func whatIsUsedNowLeavesLess() throws {
        let use = Use(300)
        let budget = use.budget(limit: 1_000)
        #expect(throws: MemoryBudget.Refusal.aboveFree(500 << 20)) {
            try budget.reserve(500 << 20)
        }
        try budget.reserve(499 << 20)
        // What is promised is not promised twice.
        #expect(throws: MemoryBudget.Refusal.aboveFree(1 << 20)) { try budget.reserve(1 << 20) }
        budget.giveBack(499 << 20)
        use.set(100)
        try budget.reserve(600 << 20)
    }

    @Test func whatIsPromisedIsUsedUntilItIsGivenBack() throws {
        let use = Use(100)
        let budget = use.budget(limit: 1_000)
        try budget.reserve(300 << 20)
        try budget.reserve(200 << 20)
        #expect(budget.usedBytes == 600 << 20)
        // The work takes what it was promised: that is not counted twice.
        use.set(500)
        #expect(budget.usedBytes == 600 << 20)
        use.set(700)
        #expect(budget.usedBytes == 700 << 20)
        use.set(100)
        budget.giveBack(200 << 20)
        #expect(budget.usedBytes == 400 << 20)
        budget.giveBack(300 << 20)
        #expect(budget.usedBytes == 100 << 20)
        #expect(budget.reservedBytes == 0)
    }

    @Test func whatWorkWasPromisedBeforeCountsForTheMost() throws {
        let budget = Use(0).budget(limit: 1_000)
        try budget.reserve(400 << 20)
        // 800 fit next to a server, not next to what the same work has already.
        #expect(throws: MemoryBudget.Refusal.aboveMost(736 << 20)) {
            try budget.reserve(337 << 20, inAdditionTo: 400 << 20)
        }
        try budget.reserve(336 << 20, inAdditionTo: 400 << 20)
        #expect(budget.reservedBytes == 736 << 20)
        budget.giveBack(736 << 20)
        #expect(budget.usedBytes == 0)
    }

    @Test func withoutALimitAllIsPromised() throws {
        let budget = MemoryBudget(limit: .max)
        try budget.reserve(1 << 50)
        #expect(throws: MemoryBudget.Refusal.self) { try budget.reserve(.max) }
        budget.giveBack(1 << 50)
    }

    @Test func aLimitBelowAServerAtRestPromisesNothing() {
        let budget = Use(0).budget(limit: 16)
        #expect(throws: MemoryBudget.Refusal.aboveMost(0)) { try budget.reserve(1) }
    }
}
