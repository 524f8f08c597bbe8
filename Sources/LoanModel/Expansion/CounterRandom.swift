// SPDX-License-Identifier: Apache-2.0

// Randomness by position: the word of (seed, stream, position) does not depend on what was drawn
// before, so that columns and rows can be made in any order, on any number of threads, with one
// result. The generator is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014, doi 10.1145/2660193.2660195), whose n-th output is a hash of
// `key + n * golden`; each stream has a key of its own, hashed from the seed.

/// A stream of random words that can be read at any position.
package struct CounterRandom: Sendable, Hashable {
    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    private let key: UInt64

    /// Opens stream number `stream` of `seed`.
    package init(seed: UInt64, stream: UInt64) {
        key = Self.hash(Self.hash(seed &+ Self.golden) ^ Self.hash(stream &* Self.golden &+ 1))
    }

    /// 64 uniformly random bits of `position`.
    @inline(__always)
    package func word(at position: Int) -> UInt64 {
        Self.hash(key &+ (UInt64(truncatingIfNeeded: position) &+ 1) &* Self.golden)
    }

    /// A number uniform in the open interval (0, 1), a multiple of 2^-53 plus 2^-54.
    @inline(__always)
    package func uniform(at position: Int) -> Double {
        (Double(word(at: position) >> 11) + 0.5) * 0x1p-53
    }

    /// A standard normal variate: the inverse distribution function of `uniform(at:)`.
    @inline(__always)
    package func normal(at position: Int) -> Double {
        NormalQuantile.value(at: uniform(at: position))
    }

    /// An integer uniform in `0 ..< bound`; the bias is below `bound` / 2^64.
    @inline(__always)
    package func integer(below bound: Int, at position: Int) -> Int {
        Int(truncatingIfNeeded: word(at: position).multipliedFullWidth(by: UInt64(bound)).high)
    }

    @inline(__always)
    private static func hash(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
