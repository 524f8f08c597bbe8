// SPDX-License-Identifier: Apache-2.0

import Machine

/// Random numbers of tests, by seed, for those that do not link the target of the generator.
package struct SeededGenerator: RandomNumberGenerator {
    private var random: SplitMix64

    /// Begins the sequence of `seed`.
    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The next 64 uniformly random bits.
    package mutating func next() -> UInt64 { random.next() }
}
