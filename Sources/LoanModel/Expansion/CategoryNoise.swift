// SPDX-License-Identifier: Apache-2.0

/// The noise of one category column: a function of the row.
struct CategoryNoise: Sendable {
    private let threshold: UInt64
    private let count: UInt64
    private let random: CounterRandom

    /// Draws from `count` categories.
    init(_ perturbation: Perturbation, count: Int, _ random: CounterRandom) {
        switch perturbation {
        case .replacement(let probability):
            threshold = UInt64((min(max(probability, 0), 1) * 0x1p32).rounded())
        case .normal, .steps, .none: threshold = 0
        }
        self.count = UInt64(count)
        self.random = random
    }

    /// The code after the noise of `row`. A missing category stays missing.
    @inline(__always)
    func apply(to code: UInt16, row: Int) -> UInt16 {
        let word = random.word(at: row)
        // The high half decides whether, the low half which: 32 bits are plenty for either.
        guard word >> 32 < threshold, code != CategoryColumn.missing else { return code }
        return UInt16(truncatingIfNeeded: ((word & 0xFFFF_FFFF) &* count) >> 32)
    }
}
