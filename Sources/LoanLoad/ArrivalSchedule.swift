// SPDX-License-Identifier: Apache-2.0

package import Machine

/// When the calls of one connection are due.
///
/// The times do not depend on answers: a server that stalls is asked all the same, and its calls
/// are measured from when they were due (no coordinated omission).
package struct ArrivalSchedule: Sendable {
    private let meanInterval: Double
    private let isRandom: Bool
    private var random: SplitMix64
    private var next: Double

    /// - Parameters:
    ///   - rate: calls a second; above 0.
    ///   - start: the first call is due within one interval after it.
    package init(rate: Double, isPoisson: Bool, start: MonotonicTime, seed: UInt64) {
        precondition(rate > 0, "the run has checked the rate")
        meanInterval = 1e9 / rate
        isRandom = isPoisson
        random = SplitMix64(seed: seed)
        next = Double(start.nanoseconds)
        // Connections that begin together are spread over the interval.
        next += isPoisson ? interval() : Double.random(in: 0..<1, using: &random) * meanInterval
    }

    /// When the next call is due.
    package var due: MonotonicTime { MonotonicTime(nanoseconds: Int64(next)) }

    /// Goes on to the call after it.
    package mutating func advance() {
        next += interval()
    }

    private mutating func interval() -> Double {
        guard isRandom else { return meanInterval }
        // Inverse transform of the exponential distribution.
        return -meanInterval * Logarithm.natural(1 - Double.random(in: 0..<1, using: &random))
    }
}
