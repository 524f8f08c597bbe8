// SPDX-License-Identifier: Apache-2.0

/// The noise that one column receives when its rows are repeated.
package enum Perturbation: Sendable, Hashable {
    /// Adds a normal variate with mean 0, in units of the column.
    case normal(standardDeviation: Double)
    /// Adds `(first + k) / divisor` with `k` uniform in `0 ..< count`.
    case steps(first: Int, count: Int, divisor: Double)
    /// Replaces the category, with this probability, by a uniformly drawn one of its column.
    case replacement(probability: Double)
    /// Leaves it as it is.
    case none
}
