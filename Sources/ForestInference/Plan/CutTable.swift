// SPDX-License-Identifier: Apache-2.0

/// The distinct thresholds of every feature, sorted, in runs of at most 255.
///
/// Of many splits few are distinct, so thresholds are first distinguished by a table with open
/// addressing (Knuth, "The Art of Computer Programming", volume 3, section 6.4), and only the
/// distinct ones are sorted.
struct CutTable {
    /// Where a cut stands.
    struct Place {
        /// Its run.
        var run: UInt32
        /// Its position in the run.
        var cut: UInt8
    }

    /// All cuts, feature after feature.
    private(set) var cuts: [Float] = []
    /// Ranges of `cuts`; no run crosses a feature.
    private(set) var runs: [Range<Int>] = []
    /// The place of each distinct threshold, in order of first use.
    private(set) var places: [Place] = []
    /// For each split its entry in `places`; 0 for categorical ones, which have none.
    private(set) var cutOfSplit: [Int32]

    /// Finds the cuts of `forest`; `splits` are the places of its splits.
    init(_ forest: Forest, splits: [Int32]) {
        var distinct = DistinctKeys()
        cutOfSplit = splits.map { index in
            let node = forest.nodes[Int(index)]
            return node.isCategorical ? 0 : distinct.position(of: Self.key(node))
        }
        let sorted = distinct.keys.sorted()
        cuts = sorted.map(Self.threshold)
        places = [Place](repeating: Place(run: 0, cut: 0), count: sorted.count)
        var start = 0
        for index in sorted.indices {
            let isNewFeature = index == 0 || sorted[index] >> 32 != sorted[index - 1] >> 32
            if isNewFeature || index - start == SlotPlan.cutsMax {
                start = index
                runs.append(index..<index)
            }
            runs[runs.count - 1] = start..<index + 1
            places[Int(distinct.position(of: sorted[index]))] = Place(
                run: UInt32(runs.count - 1),
                cut: UInt8(index - start)
            )
        }
    }

    /// Feature and threshold as one number, in the order of features and floats.
    private static func key(_ node: Forest.Node) -> UInt64 {
        // Adding 0 makes -0.0 into 0.0, which compares equal.
        let bits = (node.value + 0).bitPattern
        let ordered = bits >> 31 == 0 ? bits | 1 << 31 : ~bits
        return UInt64(node.feature) << 32 | UInt64(ordered)
    }

    private static func threshold(_ key: UInt64) -> Float {
        let ordered = UInt32(truncatingIfNeeded: key)
        return Float(bitPattern: ordered >> 31 == 0 ? ~ordered : ordered & ~(1 << 31))
    }
}

/// Numbers keys from 0 in order of first use.
private struct DistinctKeys {
    private(set) var keys: [UInt64] = []
    /// Positions in `keys`, or -1; a power of two of them, at most half in use.
    private var table = [Int32](repeating: -1, count: 1 << 12)
    private var shift = UInt64(64 - 12)
    /// Drawn again each time, so that no file can be made to collide; numbers do not depend on it.
    private let factor = UInt64.random(in: .min ... .max) | 1

    mutating func position(of key: UInt64) -> Int32 {
        var entry = slot(key)
        while table[entry] >= 0 {
            if keys[Int(table[entry])] == key { return table[entry] }
            entry = (entry + 1) & (table.count - 1)
        }
        table[entry] = Int32(keys.count)
        keys.append(key)
        if 2 * keys.count > table.count { grow() }
        return Int32(keys.count - 1)
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: 2 * table.count)
        shift -= 1
        for (position, key) in keys.enumerated() {
            var entry = slot(key)
            while table[entry] >= 0 { entry = (entry + 1) & (table.count - 1) }
            table[entry] = Int32(position)
        }
    }

    /// The entry where the search for `key` begins: M. Dietzfelbinger et al., "A reliable
    /// randomized algorithm for the closest-pair problem", 1997, section 2.2 (multiply and shift).
    private func slot(_ key: UInt64) -> Int {
        Int((key &* factor) >> shift)
    }
}
