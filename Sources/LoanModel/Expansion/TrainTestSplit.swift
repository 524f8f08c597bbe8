// SPDX-License-Identifier: Apache-2.0

// The rows of the source are divided, before any of them is repeated with noise: a copy of an
// application that was trained on is no test of how a model does on applications it never saw.
// Rows that are equal count as copies, too, and stay on one side.

/// A shuffled division of rows: three quarters to train on, one quarter to test with.
package struct TrainTestSplit: Sendable, Equatable {
    /// Row indices to train on, in random order.
    package let train: [UInt32]
    /// Row indices to test with, in random order: a quarter, rounded up (as scikit-learn's
    /// default). Fewer where equal rows do not fit into it together; one row's equals more where
    /// none would; none where all rows are equal.
    package let test: [UInt32]

    /// Divides rows, equal ones to the same side.
    package init(_ rows: EqualRows, seed: UInt64) {
        let count = rows.leaders.count
        let random = CounterRandom(seed: seed, stream: RandomStream.split)
        let order = Permutation.random(count, random)
        var sizes = [UInt32](repeating: 0, count: count)
        for leader in rows.leaders { sizes[Int(leader)] += 1 }
        let isTested = Self.draw(order, rows, sizes)
        var parts = (train: [UInt32](), test: [UInt32]())
        parts.train.reserveCapacity(count - Self.testCount(of: count))
        parts.test.reserveCapacity(Self.testCount(of: count))
        for row in order {
            if isTested[Int(rows.leaders[Int(row)])] {
                parts.test.append(row)
            } else {
                parts.train.append(row)
            }
        }
        (train, test) = parts
    }

    /// Rows to test with of `rowCount`.
    package static func testCount(of rowCount: Int) -> Int {
        rowCount / 4 + (rowCount % 4 == 0 ? 0 : 1)
    }

    /// Which leaders are tested with: in random order, each that still fits into the quarter.
    private static func draw(
        _ order: [UInt32],
        _ rows: EqualRows,
        _ sizes: [UInt32]
    ) -> [Bool] {
        var isTested = [Bool](repeating: false, count: order.count)
        var isDrawn = isTested
        let quarter = testCount(of: order.count)
        var room = quarter
        var smallest: Int?
        for row in order where room > 0 {
            let leader = Int(rows.leaders[Int(row)])
            guard !isDrawn[leader] else { continue }
            isDrawn[leader] = true
            if Int(sizes[leader]) <= room {
                isTested[leader] = true
                room -= Int(sizes[leader])
            }
            if sizes[leader] < smallest.map({ sizes[$0] }) ?? .max { smallest = leader }
        }
        // Where no group fits, the smallest is tested with, if any is left to train on.
        if let smallest, room == quarter, Int(sizes[smallest]) < order.count {
            isTested[smallest] = true
        }
        return isTested
    }
}
