// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import LoanServer
import Machine
import Synchronization
import Testing

/// What a use of memory asks of those who take predictions.
@Suite struct MemoryLevelTests {
    @Test("O06: what a training was promised counts before it takes it")
    func whatATrainingWasPromisedCounts() throws {
        let resident = Mutex(150 << 20)
        let models = Mutex(50 << 20)
        let budget = MemoryBudget(limit: 1_000 << 20) { resident.withLock { $0 } }
        budget.count { models.withLock { $0 } }
        #expect(MemoryGate.Level(budget) == .ample)
        try budget.reserve(600 << 20)
        #expect(MemoryGate.Level(budget) == .ample)
        // More models meanwhile: little is resident yet, but the training will take its part.
        models.withLock { $0 = 100 << 20 }
        resident.withLock { $0 = 250 << 20 }
        #expect(MemoryGate.Level(budget) == .short)
        models.withLock { $0 = 200 << 20 }
        #expect(MemoryGate.Level(budget) == .scarce)
        budget.giveBack(600 << 20)
        #expect(MemoryGate.Level(budget) == .ample)
        resident.withLock { $0 = 800 << 20 }
        #expect(MemoryGate.Level(budget) == .short)
    }
}
