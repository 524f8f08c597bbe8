// SPDX-License-Identifier: Apache-2.0

/// A mean over rows, with its uncertainty.
package struct WeightedMean: Equatable, Sendable {
    /// The mean.
    package let value: Double
    /// The standard deviation of the mean from sample to sample; nil for a single row.
    ///
    /// Weights say how much rows count, not how often they were seen: twice the weights give the
    /// same deviation.
    package let standardError: Double?

    /// The mean of `value` at places `0 ..< count`; nil where nothing counts.
    /// - Parameter weight: what a place counts, at least 0.
    init?(count: Int, weight: (Int) -> Double, value: (Int) -> Double) {
        var total = WeightTotal.none
        var sum = 0.0
        for place in 0..<count {
            let weight = weight(place)
            guard weight > 0 else { continue }
            total.add(weight: weight)
            sum += weight * value(place)
        }
        guard total.rows > 0 else { return nil }
        let mean = sum / total.weight
        var squares = 0.0
        for place in 0..<count {
            let distance = weight(place) * (value(place) - mean)
            squares += distance * distance
        }
        self.value = mean
        standardError = Self.variance(squares: squares, of: total)?.squareRoot()
    }

    /// The variance of a mean: `squares` is the sum of the squared products of weight and distance.
    /// Of rows with equal weights this is the variance of the sample by their number.
    static func variance(squares: Double, of total: WeightTotal) -> Double? {
        guard total.rows > 1 else { return nil }
        let count = Double(total.rows)
        return squares / (total.weight * total.weight) * (count / (count - 1))
    }

    /// The interval by the normal distribution; nil for a single row.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval? {
        standardError.map { Interval(mean: value, standardError: $0, level: level) }
    }
}
