// SPDX-License-Identifier: Apache-2.0

import Glibc

// The upper tail of the distribution for whole degrees of freedom, by its finite sums: all terms
// are positive, so that nothing cancels, and each follows from the one before it.
//
// Limits: the number of terms is half the degrees of freedom. A tail that no double holds is 0.
// Source: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions" (1964), 26.4.4 and 26.4.5.

/// The distribution of a sum of squares of standard normal values.
package enum ChiSquareDistribution {
    /// The probability of `value` or more.
    /// - Parameters:
    ///   - value: at least 0; infinity has the probability 0.
    ///   - degreesOfFreedom: at least 1.
    package static func upperTail(of value: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom >= 1, "a sum has a term")
        guard value > 0 else { return 1 }
        guard value < .infinity else { return 0 }
        let half = value / 2
        let isOdd = degreesOfFreedom % 2 == 1
        // Terms without their common factor, the exponential of -half, which may be below any
        // double where their sum is above it. Gamma(3/2) is the root of pi by 2.
        var term = isOdd ? half.squareRoot() * 2 / Double.pi.squareRoot() : 1
        var (sum, exponent) = (0.0, -half)
        for step in 0..<(degreesOfFreedom / 2) {
            sum += term
            term *= half / (Double(step) + (isOdd ? 1.5 : 1))
            guard term > Self.termMax else { continue }
            (sum, term, exponent) = (
                sum / Self.termMax, term / Self.termMax, exponent + log(Self.termMax)
            )
        }
        let tail = sum * exp(exponent) + (isOdd ? erfc(half.squareRoot()) : 0)
        return min(1, tail)
    }

    /// Terms above it are scaled down, so that none overflows.
    private static let termMax = 1e150
}
