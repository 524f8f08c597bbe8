// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A count that only grows, of one set of label values.
package final class CounterSeries: Sendable {
    private let count = Atomic<Int64>(0)

    init() {}

    /// The count so far.
    package var value: Int64 { count.load(ordering: .relaxed) }

    /// Adds `amount`, which is not negative.
    package func increment(by amount: Int64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
}
