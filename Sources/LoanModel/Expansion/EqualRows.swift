// SPDX-License-Identifier: Apache-2.0

// Which rows of a table are one application given more than once. Rows are compared by a hash of
// 64 bits over all cells but the label, column by column: two of 4,000,000 different rows share one
// with a probability of 4e-7, and are then kept together for nothing, which harms no figure.
//
// Limits: 22 bytes a row while the groups are sought, 4 after that.

/// The rows of a table that are equal in every feature.
package struct EqualRows: Sendable, Equatable {
    /// For each row the first one that equals it, which may be itself.
    package let leaders: [UInt32]
    /// Rows that equal an earlier one.
    package let repeatedCount: Int

    /// Finds the equal rows of `table`.
    /// - Parameter threadCount: threads to work on.
    package init(of table: Table, threadCount: Int = 1) {
        precondition(table.rowCount <= TableLimits.rowCountMax, "tables are checked when read")
        let partMax = 1 << 16
        let hashes = OrderedWork.run(
            count: (table.rowCount + partMax - 1) / partMax,
            threadCount: threadCount,
            state: [UInt64](),
            make: { part in
                let start = part * partMax
                return Self.hashes(of: table, rows: start..<min(start + partMax, table.rowCount))
            },
            use: { hashes, _, part in hashes += part }
        )
        self.init(hashes: hashes)
    }

    /// Rows that all differ.
    package init(distinct rowCount: Int) {
        leaders = Array(0..<UInt32(rowCount))
        repeatedCount = 0
    }

    /// Open addressing with linear probes, at most three quarters full.
    private init(hashes: [UInt64]) {
        let free = UInt32.max
        var capacity = 4
        while capacity * 3 / 4 < hashes.count { capacity *= 2 }
        var slots = [UInt32](repeating: free, count: capacity)
        var leaders: [UInt32] = []
        leaders.reserveCapacity(hashes.count)
        var repeatedCount = 0
        for (row, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[slot] != free, hashes[Int(slots[slot])] != hash {
                slot = (slot + 1) & (capacity - 1)
            }
            if slots[slot] == free { slots[slot] = UInt32(row) } else { repeatedCount += 1 }
            leaders.append(slots[slot])
        }
        self.leaders = leaders
        self.repeatedCount = repeatedCount
    }

    private static func hashes(of table: Table, rows: Range<Int>) -> [UInt64] {
        var hashes = [UInt64](repeating: 0, count: rows.count)
        for (index, column) in table.columns.enumerated() {
            let random = CounterRandom(seed: 0, stream: UInt64(index))
            switch column {
            case .numbers(let values):
                for row in rows {
                    let word = random.word(at: Int(bits(of: values[row])))
                    hashes[row - rows.lowerBound] &+= word
                }
            case .categories(let column):
                for row in rows {
                    hashes[row - rows.lowerBound] &+= random.word(at: Int(column.codes[row]))
                }
            }
        }
        return hashes
    }

    /// Equal for equal numbers, and for all that are missing.
    private static func bits(of value: Float) -> UInt32 {
        guard !value.isNaN else { return Float.nan.bitPattern }
        return value == 0 ? 0 : value.bitPattern
    }
}
