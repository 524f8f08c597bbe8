// SPDX-License-Identifier: Apache-2.0

/// Count, mean and variance of the values that are there, in two passes.
struct Spread {
    /// Values per partial sum; short sums keep their digits.
    private static let blockLength = 1_024

    /// Number of values that are not missing.
    let count: Int
    /// Their mean, or 0 without any.
    let mean: Double
    /// Their mean squared distance from the mean.
    let variance: Double

    /// Measures `transform` of all values but NaN.
    init(_ values: [Float], _ transform: (Double) -> Double) {
        let known = values.count { !$0.isNaN }
        let divisor = Double(max(known, 1))
        let mean = Self.sum(values, transform) / divisor
        count = known
        self.mean = mean
        variance =
            Self.sum(values) { value in
                let distance = transform(value) - mean
                return distance * distance
            } / divisor
    }

    /// Whether the variance is no more than rounding makes of a constant: the bound of Chan, Golub
    /// and LeVeque for the two-pass algorithm, as scikit-learn applies it.
    var isConstant: Bool {
        let n = Double(count)
        let meanError = n * mean * Double.ulpOfOne
        return variance <= n * Double.ulpOfOne * variance + meanError * meanError
    }

    private static func sum(_ values: [Float], _ term: (Double) -> Double) -> Double {
        var total = 0.0
        for start in stride(from: 0, to: values.count, by: blockLength) {
            var block = 0.0
            for value in values[start..<min(start + blockLength, values.count)]
            where !value.isNaN {
                block += term(Double(value))
            }
            total += block
        }
        return total
    }
}
