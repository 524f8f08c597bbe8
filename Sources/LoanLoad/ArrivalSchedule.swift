// SPDX-License-Identifier: Apache-2.0

package import LoanRPC
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
        random = SplitMix64(seed)
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

/// SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
