// SPDX-License-Identifier: Apache-2.0

/// The random numbers of one generated application: one stream per quantity.
struct SampleDraw {
    /// What is drawn.
    enum Quantity: Int {
        case age, home, income, employment, intent, grade, amount, rate, onFile, history
        case employmentMissing, rateMissing, outcome
    }

    private let seed: UInt64
    private let row: Int

    init(seed: UInt64, row: Int) {
        self.seed = seed
        self.row = row
    }

    func uniform(_ quantity: Quantity) -> Double { random(quantity).uniform(at: row) }

    func normal(_ quantity: Quantity) -> Double { random(quantity).normal(at: row) }

    /// An index drawn by the given shares, which add up to 1.
    func index(_ quantity: Quantity, shares: [Double]) -> Int {
        var rest = uniform(quantity)
        for (index, share) in shares.enumerated() {
            rest -= share
            if rest < 0 { return index }
        }
        return shares.count - 1
    }

    private func random(_ quantity: Quantity) -> CounterRandom {
        CounterRandom(seed: seed, stream: RandomStream.sample(quantity.rawValue))
    }
}
