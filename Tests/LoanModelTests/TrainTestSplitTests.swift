// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct TrainTestSplitTests {
    @Test(arguments: [0, 1, 2, 3, 4, 5, 32_581, 100_003])
    func partsTogetherHoldEachRowOnce(rowCount: Int) {
        let split = TrainTestSplit(rowCount: rowCount, seed: 4)
        let rows = Array(split.train) + Array(split.test)
        #expect(rows.sorted() == Array(0..<UInt32(rowCount)))
        #expect(split.test.count == (rowCount + 3) / 4)
    }

    @Test func theSeedDecides() {
        #expect(TrainTestSplit(rowCount: 100, seed: 1) == TrainTestSplit(rowCount: 100, seed: 1))
        #expect(TrainTestSplit(rowCount: 100, seed: 1) != TrainTestSplit(rowCount: 100, seed: 2))
    }

    @Test func eachRowIsEquallyLikelyToBeTestedWith() {
        var counts = [Int](repeating: 0, count: 20)
        for seed in 0..<4_000 {
            for row in TrainTestSplit(rowCount: 20, seed: UInt64(seed)).test {
                counts[Int(row)] += 1
            }
        }
        // 1,000 expected, standard deviation 27.
        #expect(counts.allSatisfy { abs($0 - 1_000) < 150 })
    }
}
