// SPDX-License-Identifier: Apache-2.0

/// Puts the median of the training part where a number is missing.
package struct MedianImputer: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// The median, computed in double precision; finite and within float32.
    package let median: Double

    /// Takes a known median.
    /// - Throws: `PreprocessorError.parameter` unless it is finite, as float32 too.
    package init(feature: String, median: Double) throws(PreprocessorError) {
        guard Float(median).isFinite else { throw .parameter(feature: feature, name: "median") }
        self.feature = feature
        self.median = median
    }

    /// Finds the median of the values that are there: the middle one, or the mean of the two.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(feature: String, fitting values: [Float]) throws(PreprocessorError) {
        var known = values.filter { !$0.isNaN }
        guard !known.isEmpty else { throw .noValues(feature: feature) }
        let upper = Quickselect.select(known.count / 2, of: &known)
        guard known.count.isMultiple(of: 2) else {
            try self.init(feature: feature, median: Double(upper))
            return
        }
        // Selection leaves everything before the index no greater than the value at it.
        let lower = known[..<(known.count / 2)].reduce(-Float.infinity, max)
        try self.init(feature: feature, median: (Double(lower) + Double(upper)) / 2)
    }

    /// The prepared value of one raw value; never missing.
    @inline(__always)
    package func prepare(_ value: Float) -> Float { value.isNaN ? Float(median) : value }
}
