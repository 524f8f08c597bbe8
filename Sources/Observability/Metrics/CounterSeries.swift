// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
internal import Synchronization

/// A count that only grows, of one set of label values.
package final class CounterSeries: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    init() {}

    /// The count so far.
    package var value: Int64 { count.load(ordering: .relaxed) }

    package func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    package func reset() { count.store(0, ordering: .relaxed) }
}

/// A sum of real numbers that only grows, of one set of label values.
package final class SumSeries: FloatingPointCounterHandler, Sendable {
    private let sum = AtomicDouble()

    init() {}

    /// The sum so far.
    package var value: Double { sum.value }

    package func increment(by amount: Double) { sum.add(amount) }

    package func reset() { sum.set(0) }
}
