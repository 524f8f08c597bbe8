// SPDX-License-Identifier: Apache-2.0

// Exact quantiles without a copy of the column: a radix selection. Values are turned into integers
// that sort like them, and the halves of these are counted, the upper ones first.

/// Where the known values of a number column lie in the training part.
///
/// It decides nothing that is computed: it says which values a model has seen, so that people can be
/// warned about others.
package struct TrainingRange: Sendable, Equatable {
    /// The least value.
    package let minimum: Float
    /// The greatest value.
    package let maximum: Float
    /// Of 1,000 values one is less at most: outliers and typing errors in a table stay below it.
    package let low: Float
    /// Of 1,000 values one is greater at most.
    package let high: Float

    /// Takes known bounds.
    /// - Throws: `PreprocessorError.parameter` unless they are finite and in order.
    package init(
        feature: String,
        minimum: Float,
        maximum: Float,
        low: Float,
        high: Float
    ) throws(PreprocessorError) {
        // A comparison with NaN is false.
        guard minimum.isFinite, maximum.isFinite, minimum <= low, low <= high, high <= maximum
        else {
            throw .parameter(feature: feature, name: "range")
        }
        self.minimum = minimum
        self.maximum = maximum
        self.low = low
        self.high = high
    }

    /// Finds the bounds of the values that are there, in two passes and without a copy.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(feature: String, of values: [Float]) throws(PreprocessorError) {
        var minimum = Float.infinity
        var maximum = -Float.infinity
        var count = 0
        var upper = HalfCounts()
        for value in values where !value.isNaN {
            minimum = min(minimum, value)
            maximum = max(maximum, value)
            count += 1
            upper.add(SortableKey(value).upper)
        }
        guard count > 0 else { throw .noValues(feature: feature) }
        let beyond = count / 1_000
        let low = upper.find(rank: beyond)
        let high = upper.find(rank: count - 1 - beyond)
        var (lowerOfLow, lowerOfHigh) = (HalfCounts(), HalfCounts())
        for value in values where !value.isNaN {
            let key = SortableKey(value)
            if key.upper == low.half { lowerOfLow.add(key.lower) }
            if key.upper == high.half { lowerOfHigh.add(key.lower) }
        }
        try self.init(
            feature: feature,
            minimum: minimum,
            maximum: maximum,
            low: SortableKey(low.half, lowerOfLow.find(rank: low.rest).half).value,
            high: SortableKey(high.half, lowerOfHigh.find(rank: high.rest).half).value
        )
    }
}

/// A float32 as an integer that sorts like it: the sign bit turned, and negative ones inverted.
private struct SortableKey {
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
private struct HalfCounts {
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
