// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import Testing

@Suite struct BestRoundTests {
    /// The round after which it is over, if any, and the best one.
    private func run(_ losses: [Double], patience: Int) -> (end: Int?, best: BestRound) {
        var best = BestRound()
        for (index, loss) in losses.enumerated() {
            if best.isOver(after: index + 1, loss: loss, patience: patience) {
                return (index + 1, best)
            }
        }
        return (nil, best)
    }

    @Test func endsWhenItsPatienceDoes() {
        let (end, best) = run([5, 4, 4.5, 4.2, 4.1, 3], patience: 3)
        #expect(end == 5)
        #expect(best.round == 2)
        #expect(best.loss == 4)
        #expect(run([5, 4, 4.5, 4.2, 3.9, 3], patience: 3).end == nil)
    }

    @Test func anEqualLossIsNotBetter() {
        let (end, best) = run([2, 2, 2, 2], patience: 2)
        #expect(end == 3)
        #expect(best.round == 1)
    }

    @Test func aLossThatIsNotANumberIsNeverBetter() {
        let (end, best) = run([.nan, .nan, .nan], patience: 2)
        #expect(end == 3)
        #expect(best.round == 1)
    }
}
