// SPDX-License-Identifier: Apache-2.0

/// A shuffled division of rows: three quarters to train on, one quarter to test with.
package struct TrainTestSplit: Sendable, Equatable {
    /// Number of rows to test with: a quarter, rounded up (as scikit-learn's default).
    package let testCount: Int
    private let order: [UInt32]

    /// Row indices to test with, in random order.
    package var test: ArraySlice<UInt32> { order[..<testCount] }
    /// Row indices to train on, in random order.
    package var train: ArraySlice<UInt32> { order[testCount...] }

    /// Divides `0 ..< rowCount`.
    package init(rowCount: Int, seed: UInt64) {
        let random = CounterRandom(seed: seed, stream: RandomStream.split)
        order = Permutation.random(rowCount, random)
        testCount = rowCount / 4 + (rowCount % 4 == 0 ? 0 : 1)
    }

    /// Picks the cells of both parts from a column.
    func divide<Cell>(_ cells: [Cell]) -> (train: [Cell], test: [Cell]) {
        (pick(cells, testCount..<order.count), pick(cells, 0..<testCount))
    }

    private func pick<Cell>(_ cells: [Cell], _ positions: Range<Int>) -> [Cell] {
        let rows = order.span
        let span = cells.span
        return positions.map { span[Int(rows[$0])] }
    }
}
