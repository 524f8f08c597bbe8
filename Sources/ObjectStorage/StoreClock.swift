// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Time and chance, as a store needs them.
package struct StoreClock: Sendable {
    /// The time of deadlines.
    package let now: @Sendable () -> ContinuousClock.Instant
    /// The time of day, in seconds since 1970 UTC.
    package let secondsSince1970: @Sendable () -> Int
    /// A random number in 0..<1.
    package let randomFraction: @Sendable () -> Double

    /// A clock from functions.
    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        secondsSince1970: @escaping @Sendable () -> Int,
        randomFraction: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.secondsSince1970 = secondsSince1970
        self.randomFraction = randomFraction
    }

    /// The system's clocks and random numbers.
    package static let system = StoreClock(
        now: { .now },
        secondsSince1970: { time(nil) },
        randomFraction: { .random(in: 0..<1) }
    )
}
