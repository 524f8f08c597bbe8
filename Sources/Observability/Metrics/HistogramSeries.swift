// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How often values fell into which bucket, of one set of label values.
package final class HistogramSeries: Sendable {
    /// The most bounds of a histogram; one more bucket takes the values above the last.
    package static let boundsMax = 24

    private let bounds: [Double]
    private let buckets: InlineArray<25, Atomic<UInt64>>
    private let total = AtomicDouble()

    init(bounds: [Double]) {
        self.bounds = bounds
        buckets = InlineArray { _ in Atomic(0) }
    }

    /// Counts in all buckets, the last without an upper bound, and the sum of all values.
    package var snapshot: (counts: [UInt64], sum: Double) {
        ((0...bounds.count).map { buckets[$0].load(ordering: .relaxed) }, total.value)
    }

    /// Counts `value` as often as `times` says.
    package func record(_ value: Double, times: Int) {
        guard times > 0 else { return }
        buckets[bucket(of: value)].wrappingAdd(UInt64(times), ordering: .relaxed)
        total.add(value * Double(times))
    }

    /// Counts `value` once.
    package func record(_ value: Double) { record(value, times: 1) }

    /// Counts a duration in seconds.
    package func record(_ duration: Duration) { record(duration / .seconds(1), times: 1) }

    /// Counts many values at once: the cost is one atomic addition for each bucket that is hit.
    package func record(_ values: Span<Float>) {
        var counts = InlineArray<25, UInt64>(repeating: 0)
        var sum = 0.0
        for index in values.indices {
            counts[bucket(of: Double(values[index]))] += 1
            sum += Double(values[index])
        }
        for index in 0...bounds.count where counts[index] > 0 {
            buckets[index].wrappingAdd(counts[index], ordering: .relaxed)
        }
        total.add(sum)
    }

    /// The first bucket whose bound is not below `value`; NaN belongs to the last one.
    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
