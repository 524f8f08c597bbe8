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
}
