// SPDX-License-Identifier: Apache-2.0

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
