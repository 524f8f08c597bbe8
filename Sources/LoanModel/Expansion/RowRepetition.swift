// SPDX-License-Identifier: Apache-2.0

/// Which source row stands behind each row of an expanded table: every source row
/// `size / sourceCount` times, in rounds, then a random sample of them without replacement.
package struct RowRepetition: Sendable, Equatable {
    /// Rows of the source.
    package let sourceCount: Int
    /// Rows of the result.
    package let rowCount: Int
    /// The source rows that come once more than the others, ascending.
    package let sample: [UInt32]

    /// Repeats `sourceCount` rows up to exactly `size`; a `size` below that keeps every row once.
    package init(sourceCount: Int, size: Int, random: CounterRandom) {
        self.sourceCount = sourceCount
        rowCount = max(size, sourceCount)
        let remainder = sourceCount == 0 ? 0 : rowCount % sourceCount
        sample =
            remainder == 0
            ? [] : Array(Permutation.random(sourceCount, random).prefix(remainder)).sorted()
    }

    /// The source row behind row `row` of the result.
    @inline(__always)
    package func source(of row: Int) -> Int {
        row < rowCount - sample.count
            ? row % sourceCount : Int(sample[row - (rowCount - sample.count)])
    }

    /// Gives every row of the result with its source row, in order; without divisions.
    @inline(__always)
    package func forEach(_ body: (_ row: Int, _ source: Int) -> Void) {
        var row = 0
        while row < rowCount - sample.count {
            for source in 0..<sourceCount {
                body(row, source)
                row += 1
            }
        }
        for source in sample {
            body(row, Int(source))
            row += 1
        }
    }
}
