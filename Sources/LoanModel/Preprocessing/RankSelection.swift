// SPDX-License-Identifier: Apache-2.0

// Exact quantiles without a copy of the column: a radix selection. Values are turned into integers
// that sort like them, and the halves of these are counted, the upper ones first.

/// Values at ranks of a column.
enum RankSelection {
    /// Columns up to this length are copied and sorted.
    static let sortedCountMax = 1 << 15

    /// The values that sorting those that are there would put at `ranks`; -0 is 0.
    /// - Precondition: each rank is below the number of values that are not NaN.
    static func values(
        at ranks: [Int],
        of column: [Float],
        sortedCountMax: Int = Self.sortedCountMax
    ) -> [Float] {
        precondition(ranks.count < Int(UInt8.max), "a rank has a place of one byte")
        if column.count <= sortedCountMax {
            let sorted = column.filter { !$0.isNaN }.sorted()
            return ranks.map { sorted[$0] + 0 }
        }
        var upper = HalfCounts()
        for value in column where !value.isNaN { upper.add(SortableKey(value + 0).upper) }
        let found = ranks.map { upper.find(rank: $0) }
        // Each upper half that has a rank gets counts of its lower halves, from 1.
        var places = [UInt8](repeating: 0, count: 1 << 16)
        var lower: [HalfCounts] = []
        for half in Set(found.map(\.half)) {
            lower.append(HalfCounts())
            places[Int(half)] = UInt8(lower.count)
        }
        for value in column where !value.isNaN {
            let key = SortableKey(value + 0)
            let place = Int(places[Int(key.upper)])
            if place > 0 { lower[place - 1].add(key.lower) }
        }
        return found.map { half, rest in
            SortableKey(half, lower[Int(places[Int(half)]) - 1].find(rank: rest).half).value
        }
    }
}

/// A float32 as an integer that sorts like it: the sign bit turned, and negative ones inverted.
struct SortableKey {
    private let bits: UInt32

    init(_ value: Float) {
        let pattern = value.bitPattern
        bits = pattern >> 31 == 0 ? pattern | 1 << 31 : ~pattern
    }

    init(_ upper: UInt16, _ lower: UInt16) { bits = UInt32(upper) << 16 | UInt32(lower) }

    var upper: UInt16 { UInt16(truncatingIfNeeded: bits >> 16) }
    var lower: UInt16 { UInt16(truncatingIfNeeded: bits) }
    var value: Float { Float(bitPattern: bits >> 31 == 1 ? bits ^ 1 << 31 : ~bits) }
}

/// How often each half of a key occurs: a digit of a radix selection.
struct HalfCounts {
    private var counts = [UInt32](repeating: 0, count: 1 << 16)

    mutating func add(_ half: UInt16) { counts[Int(half)] += 1 }

    /// The half at a rank of the sorted halves, and the rank among those that are equal to it.
    func find(rank: Int) -> (half: UInt16, rest: Int) {
        var rest = rank
        for (half, count) in counts.enumerated() {
            if rest < count { return (UInt16(half), rest) }
            rest -= Int(count)
        }
        preconditionFailure("a rank is below the number of values")
    }
}
