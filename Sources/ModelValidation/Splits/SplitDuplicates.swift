// SPDX-License-Identifier: Apache-2.0

/// Rows that equal a row of a part before theirs in every feature: a model does better on them than
/// on rows it never saw.
package struct SplitDuplicates: Equatable, Sendable {
    /// Rows of one part that equal one of another.
    package struct Pair: Equatable, Sendable {
        /// The part of the rows.
        package let part: SplitPart
        /// The part of what they equal, which is before theirs.
        package let earlier: SplitPart
        /// How many they are, at least 1.
        package let rowCount: Int

        /// Rows by their parts.
        package init(part: SplitPart, earlier: SplitPart, rowCount: Int) {
            self.part = part
            self.earlier = earlier
            self.rowCount = rowCount
        }
    }

    /// The pairs of parts that have rows in common, in the order of the parts.
    package let pairs: [Pair]

    /// Whether parts have no row in common.
    package var isNone: Bool { pairs.isEmpty }

    /// Counts rows.
    /// - Parameters:
    ///   - leaders: for each row the first one that equals it.
    ///   - parts: of each row.
    init(leaders: [UInt32], parts: [SplitPart]) {
        // The parts that have a row of each leader, a bit for each.
        var found = [UInt8](repeating: 0, count: leaders.count)
        for (row, part) in parts.enumerated() { found[Int(leaders[row])] |= part.bit }
        var pairs: [Pair] = []
        for part in SplitPart.allCases {
            for earlier in SplitPart.allCases where earlier.bit < part.bit {
                let rowCount = parts.indices.count(where: { row in
                    parts[row] == part && found[Int(leaders[row])] & earlier.bit != 0
                })
                if rowCount > 0 {
                    pairs.append(Pair(part: part, earlier: earlier, rowCount: rowCount))
                }
            }
        }
        self.pairs = pairs
    }

    /// Rows of `part` that equal one of `earlier`.
    package func rowCount(of part: SplitPart, in earlier: SplitPart) -> Int {
        pairs.first { $0.part == part && $0.earlier == earlier }?.rowCount ?? 0
    }
}

extension SplitPart {
    /// Rises with the order of the parts.
    fileprivate var bit: UInt8 {
        switch self {
        case .train: 1
        case .stopping: 2
        case .calibration: 4
        case .test: 8
        }
    }
}
