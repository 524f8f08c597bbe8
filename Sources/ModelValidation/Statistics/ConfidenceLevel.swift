// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How often intervals that are made in this way hold the true value.
package struct ConfidenceLevel: Equatable, Sendable {
    /// The share of such intervals that hold the true value, in 0..<1.
    package let share: Double
    /// Standard deviations on each side of the mean of a normal distribution that hold `share`.
    package let deviations: Double

    /// 95 %, as reports have it.
    package static let usual = ConfidenceLevel(checked: 0.95)

    /// - Returns: nil for a share that is not within 0..<1.
    package init?(_ share: Double) {
        guard share >= 0, share < 1 else { return nil }
        self.init(checked: share)
    }

    private init(checked share: Double) {
        self.share = share
        deviations = Self.deviations(outside: 1 - share)
    }

    /// The z with erfc(z / sqrt(2)) equal to `share`, by Newton's method: the function falls and is
    /// convex above 0, so that the steps from 0 never pass the solution.
    private static func deviations(outside share: Double) -> Double {
        var z = 0.0
        while true {
            let excess = erfc(z / 2.0.squareRoot()) - share
            let slope = (2 / Double.pi).squareRoot() * exp(-z * z / 2)
            let next = z + excess / slope
            guard next > z else { return z }
            z = next
        }
    }
}
