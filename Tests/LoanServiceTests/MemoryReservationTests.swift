// SPDX-License-Identifier: Apache-2.0

import LoanService
import Logging
import Machine
import TestSupport
import Testing

/// What is reserved is given back once, whichever way the work ends.
@Suite struct MemoryReservationTests {
    private let budget = MemoryBudget(limit: 1_000 << 20) { 0 }
    private let work = MemoryReservation.Work(
        name: "a test",
        sentence: "testing",
        remedy: "test less",
        input: .size
    )

    private func reservation() -> MemoryReservation {
        MemoryReservation(
            of: budget,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func itGrowsAndEndsWithTheCall() throws {
        var reservation = reservation()
        try reservation.raise(to: 10, for: work)
        try reservation.raise(to: 30, for: work)
        // Less than there is already.
        try reservation.raise(to: 20, for: work)
        #expect(budget.reservedBytes == 30)
        reservation.giveBack()
        #expect(budget.reservedBytes == 0)
    }

    @Test func itEndsWithTheScopeThatAnErrorLeaves() {
        #expect(throws: ServiceError.self) { try fail() }
        #expect(budget.reservedBytes == 0)
    }

    private func fail() throws(ServiceError) {
        var reservation = reservation()
        try reservation.raise(to: 10, for: work)
        #expect(budget.reservedBytes == 10)
        try reservation.raise(to: 2_000 << 20, for: work)
        reservation.giveBack()
    }

    @Test func aRefusalLeavesWhatWasReservedBefore() throws {
        var reservation = reservation()
        try reservation.raise(to: 10, for: work)
        do throws(ServiceError) {
            try reservation.raise(to: 2_000 << 20, for: work)
            Issue.record("more than the budget is reserved")
        } catch {
            guard case .tooLarge = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(budget.reservedBytes == 10)
        reservation.giveBack()
        #expect(budget.reservedBytes == 0)
    }
}
