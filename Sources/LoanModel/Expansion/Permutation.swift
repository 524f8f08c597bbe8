// SPDX-License-Identifier: Apache-2.0

/// Seeded permutations of row indices.
package enum Permutation {
    /// A uniformly random order of `0 ..< count` (Fisher and Yates, as in Knuth, TAOCP 2, 3.4.2 P).
    /// - Parameters:
    ///   - count: at most `TableLimits.rowCountMax`.
    ///   - random: position `k` decides the k-th exchange.
    package static func random(_ count: Int, _ random: CounterRandom) -> [UInt32] {
        precondition(count <= TableLimits.rowCountMax, "row counts are checked on entry")
        var order = Array(0..<UInt32(count))
        guard count > 1 else { return order }
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, random.integer(below: last + 1, at: last))
        }
        return order
    }
}
