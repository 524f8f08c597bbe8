// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Draws decisions at random, each as likely as any other, while they come by. Source: Knuth, "The
/// Art of Computer Programming", volume 2, 3.4.2, algorithm S.
package struct RecordSample {
    private var random: SplitMix64
    /// Decisions that are still to be drawn, and those that are still to come.
    private var wanted: Int
    private var left: Int

    /// - Parameters:
    ///   - count: decisions to draw; all where there are fewer.
    ///   - total: decisions that come by.
    ///   - seed: decides which are drawn.
    package init(_ count: Int, of total: Int, seed: UInt64) {
        random = SplitMix64(seed: seed)
        wanted = min(count, total)
        left = total
    }

    /// Those of a frame's rows that are drawn.
    package mutating func draw(_ rows: [Int]) -> [Int] {
        rows.filter { _ in
            guard wanted > 0, left > 0 else { return false }
            let isDrawn = random.next() % UInt64(left) < UInt64(wanted)
            left -= 1
            if isDrawn { wanted -= 1 }
            return isDrawn
        }
    }
}
