// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanTraining
import Testing

@Suite struct ThreadBudgetTests {
    @Test func grantsAtLeastOneThread() {
        #expect(ThreadBudget.available() >= 1)
        #expect(ThreadBudget.available() <= ProcessInfo.processInfo.processorCount)
    }
}
