// SPDX-License-Identifier: Apache-2.0

package import Machine
internal import Synchronization

/// Says whether anybody still waits for running work.
package struct StopSignal: Sendable {
    /// When the caller's time is over.
    package let deadline: MonotonicTime
    /// Raised by CANCEL and by the loss of the connection; nil where that cannot happen meanwhile.
    package let flag: StopFlag?

    /// A signal by its parts.
    package init(deadline: MonotonicTime, flag: StopFlag? = nil) {
        self.deadline = deadline
        self.flag = flag
    }

    /// Why to stop, or nil to go on. Costs a look at the clock: once a block, not once a row.
    package var status: RPCStatus? {
        if let flag, flag.isRaised { return RPCStatus(.cancelled, "cancelled by the caller") }
        return deadline <= .now() ? .deadlineExceeded : nil
    }
}

/// A flag that is raised once.
package final class StopFlag: Sendable {
    private let raised = Atomic(false)

    /// A flag that is not raised.
    package init() {}

    /// Raises the flag.
    package func raise() {
        raised.store(true, ordering: .relaxed)
    }

    /// Whether it has been raised.
    package var isRaised: Bool { raised.load(ordering: .relaxed) }
}

extension RPCStatus {
    /// The caller's time was over while the work was going on.
    package static let deadlineExceeded = RPCStatus(.deadlineExceeded, "the deadline has passed")
}
