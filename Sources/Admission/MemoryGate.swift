// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How close the process is to its limit of memory, as whoever watches it says.
package final class MemoryGate: Sendable {
    /// What the use of memory asks for.
    package enum Level: Int, Sendable {
        /// Nothing.
        case ample
        /// New work that takes memory is refused.
        case short
        /// Connections that wait are closed, too.
        case scarce
    }

    private let current = Atomic(0)

    /// A gate that stands open.
    package init() {}

    /// The level that was set last.
    package var level: Level { Level(rawValue: current.load(ordering: .relaxed)) ?? .scarce }

    /// Whether new work that takes memory is refused.
    package var isShort: Bool { current.load(ordering: .relaxed) > 0 }

    /// Sets the level.
    package func set(_ level: Level) { current.store(level.rawValue, ordering: .relaxed) }
}
