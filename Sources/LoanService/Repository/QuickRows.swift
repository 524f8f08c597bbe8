// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many rows of any model in memory are scored in a time that an event loop may be kept: as
/// many as of the slowest of them, since which one a call asks for shows late.
///
/// Read for every prediction, without a lock.
package final class QuickRows: Sendable {
    /// The most rows, however fast the models are.
    package static let countMax = 512
    /// The time that their scoring is expected to take at most.
    package static let timeMax = Duration.milliseconds(2)

    private let atomic = Atomic(countMax)

    /// The rows of no model.
    package init() {}

    /// Rows that are scored where they arrive; 0 where the slowest model takes too long for one.
    package var count: Int { atomic.load(ordering: .relaxed) }

    /// The models in memory are others.
    package func set(slowest count: Int?) {
        atomic.store(count ?? Self.countMax, ordering: .relaxed)
    }
}
