// SPDX-License-Identifier: Apache-2.0

/// A row's probability, label and weight in one word that sorts by the probability.
struct WeightedKey: Comparable {
    private let bits: UInt64

    /// - Parameters:
    ///   - label: 0 or 1.
    ///   - probability: at least 0.
    ///   - weight: at least 0.
    init(_ label: Float, _ probability: Float, _ weight: Float) {
        // Non-negative floats order like their bits, and have 31 of them. A sum with 0 turns the
        // sign of -0.
        let label: UInt64 = label > 0.5 ? 1 : 0
        bits =
            UInt64((probability + 0).bitPattern) << 32 | label << 31
            | UInt64((weight + 0).bitPattern)
    }

    var isPositive: Bool { bits >> 31 & 1 == 1 }
    var weight: Double { Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits & 0x7FFF_FFFF))) }

    /// Whether the probabilities are equal.
    func isTied(with other: WeightedKey) -> Bool { bits >> 32 == other.bits >> 32 }

    static func < (left: WeightedKey, right: WeightedKey) -> Bool { left.bits < right.bits }
}
