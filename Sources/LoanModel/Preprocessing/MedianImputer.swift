// SPDX-License-Identifier: Apache-2.0

/// Puts the median of the training part where a number is missing.
package struct MedianImputer: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// The median, computed in double precision; finite and within float32.
    package let median: Double
    /// Where the training values lie; nil in older artifacts.
    package let range: TrainingRange?

    /// Takes a known median.
    /// - Throws: `PreprocessorError.parameter` unless it is finite, as float32 too.
    package init(
        feature: String,
        median: Double,
        range: TrainingRange? = nil
    ) throws(PreprocessorError) {
        guard Float(median).isFinite else { throw .parameter(feature: feature, name: "median") }
        self.feature = feature
        self.median = median
        self.range = range
    }

    /// Finds the median of the values that are there: the middle one, or the mean of the two.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(feature: String, fitting values: [Float]) throws(PreprocessorError) {
        let range = try TrainingRange(feature: feature, of: values)
        var known = values.filter { !$0.isNaN }
        let upper = Quickselect.select(known.count / 2, of: &known)
        guard known.count.isMultiple(of: 2) else {
            try self.init(feature: feature, median: Double(upper), range: range)
            return
        }
        // Selection leaves everything before the index no greater than the value at it.
        let lower = known[..<(known.count / 2)].reduce(-Float.infinity, max)
        let median = (Double(lower) + Double(upper)) / 2
        try self.init(feature: feature, median: median, range: range)
    }

    /// The prepared value of one raw value; never missing.
    @inline(__always)
    package func prepare(_ value: Float) -> Float { value.isNaN ? Float(median) : value }
}
