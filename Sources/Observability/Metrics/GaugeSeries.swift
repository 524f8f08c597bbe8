// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics

/// A value that goes up and down, of one set of label values.
package final class GaugeSeries: RecorderHandler, MeterHandler, Sendable {
    private let current = AtomicDouble()

    init() {}

    /// The value that was set last.
    package var value: Double { current.value }

    package func record(_ value: Int64) { current.set(Double(value)) }

    package func record(_ value: Double) { current.set(value) }

    package func set(_ value: Int64) { current.set(Double(value)) }

    package func set(_ value: Double) { current.set(value) }

    package func increment(by amount: Double) { current.add(amount) }

    package func decrement(by amount: Double) { current.add(-amount) }
}
