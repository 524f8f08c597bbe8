// SPDX-License-Identifier: Apache-2.0

/// Where a figure lies with some confidence.
package struct Interval: Equatable, Sendable {
    /// The lower end.
    package let lower: Double
    /// The upper end; not below the lower one.
    package let upper: Double

    /// The interval between these ends.
    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// The interval of a normal distribution.
    init(mean: Double, standardError: Double, level: ConfidenceLevel) {
        let reach = level.deviations * standardError
        self.init(lower: mean - reach, upper: mean + reach)
    }

    /// What of the interval lies within `bounds`.
    func clamped(to bounds: ClosedRange<Double>) -> Interval {
        func clamp(_ value: Double) -> Double {
            min(max(value, bounds.lowerBound), bounds.upperBound)
        }
        return Interval(lower: clamp(lower), upper: clamp(upper))
    }
}
