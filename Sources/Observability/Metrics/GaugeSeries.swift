// SPDX-License-Identifier: Apache-2.0

/// A value that goes up and down, of one set of label values.
package final class GaugeSeries: Sendable {
    private let current = AtomicDouble()

    init() {}

    /// The current value.
    package var value: Double { current.value }

    /// Replaces the value.
    package func set(_ value: Double) { current.set(value) }

    /// Adds to the value; a negative amount lowers it.
    package func add(_ amount: Double) { current.add(amount) }
}
