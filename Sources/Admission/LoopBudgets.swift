// SPDX-License-Identifier: Apache-2.0

internal import Machine
package import NIOCore
internal import Synchronization

/// What may be scored on each event loop before it looks at its sockets again.
///
/// Small batches are scored where they arrive, and what waits for them waits in the kernel's
/// buffers, where nobody sees it. A loop that has spent `timeMax` on the connections of one round
/// refuses the rest of that round, so that no connection waits much longer than that.
package final class LoopBudgets: Sendable {
    private let timeMax: Duration
    private let budgets = Mutex<[ObjectIdentifier: LoopBudget]>([:])

    /// - Parameter timeMax: time of one round.
    package init(timeMax: Duration) {
        self.timeMax = timeMax
    }

    /// The budget of a loop.
    package func budget(of loop: any EventLoop) -> LoopBudget {
        budgets.withLock { budgets in
            if let known = budgets[ObjectIdentifier(loop)] { return known }
            let made = LoopBudget(loop, timeMax: timeMax)
            budgets[ObjectIdentifier(loop)] = made
            return made
        }
    }
}

/// What one event loop may still score in this round.
package final class LoopBudget: Sendable {
    private let loop: any EventLoop
    private let nanosecondsMax: Int64
    private let spent = Atomic<Int64>(0)

    init(_ loop: any EventLoop, timeMax: Duration) {
        self.loop = loop
        nanosecondsMax = timeMax.nanosecondsClamped
    }

    /// Whether the round is over.
    package var isSpent: Bool { spent.load(ordering: .relaxed) >= nanosecondsMax }

    /// Takes time off the round. On the loop.
    package func spend(nanoseconds: Int64) {
        let before = spent.load(ordering: .relaxed)
        spent.store(before + max(1, nanoseconds), ordering: .relaxed)
        // Tasks run when the sockets of this round have been looked at.
        if before == 0 { loop.execute { [self] in begin() } }
    }

    private func begin() { spent.store(0, ordering: .relaxed) }
}
