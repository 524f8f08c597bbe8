// SPDX-License-Identifier: Apache-2.0

/// Rows by rising score, those that count nothing left out: sorted once, for all figures.
package struct RankedRows: Sendable {
    /// The rows as they were given.
    package let rows: ScoredRows
    /// The place of each ranked row among these; equal scores are in the order of the rows.
    let order: [UInt32]
    /// Scores by rank, rising.
    let scores: [Float]
    /// Whether each rank is a default.
    let isDefault: [Bool]
    /// Weights by rank; nil: 1 each.
    private let weights: [Float]?

    /// Ranks rows.
    package init(_ rows: ScoredRows) {
        self.rows = rows
        var keys: [UInt64] = []
        keys.reserveCapacity(rows.scores.count)
        for (row, score) in rows.scores.enumerated() {
            if let weights = rows.weights, weights[row] == 0 { continue }
            keys.append(UInt64(Self.rising(score)) << 32 | UInt64(row))
        }
        keys.sort()
        let order = keys.map { UInt32(truncatingIfNeeded: $0) }
        self.order = order
        scores = order.map { rows.scores[Int($0)] }
        isDefault = order.map { rows.isDefault[Int($0)] }
        weights = rows.weights.map { weights in order.map { weights[Int($0)] } }
    }

    /// Rows that count.
    package var count: Int { order.count }

    /// How much the row of a rank counts.
    func weight(_ rank: Int) -> Double { weights.map { Double($0[rank]) } ?? 1 }

    /// Calls `body` for each score that there is, in rising order.
    func forEachTie(_ body: (Tie) -> Void) {
        var start = 0
        while start < count {
            var tie = Tie(score: scores[start], ranks: start..<start)
            var end = start
            while end < count, scores[end] == scores[start] {
                if isDefault[end] {
                    tie.defaults.add(weight: weight(end))
                } else {
                    tie.nonDefaults.add(weight: weight(end))
                }
                end += 1
            }
            tie.ranks = start..<end
            body(tie)
            start = end
        }
    }

    /// Bits that order like the numbers: those of negative ones are turned, and -0 is 0.
    private static func rising(_ score: Float) -> UInt32 {
        let bits = (score + 0).bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 1 << 31
    }
}
