// SPDX-License-Identifier: Apache-2.0

/// A share of rows, with its uncertainty.
package struct Proportion: Equatable, Sendable {
    /// What the rows in question count.
    package let part: Double
    /// All rows of which they are a part.
    package let whole: WeightTotal

    /// A share of `whole`.
    package init(part: Double, whole: WeightTotal) {
        self.part = part
        self.whole = whole
    }

    /// The share; nil where there is no row.
    package var value: Double? { whole.weight > 0 ? part / whole.weight : nil }

    /// Wilson's interval of the share; nil where there is no row. Weighted rows count as their
    /// effective number.
    ///
    /// Unlike the interval by the normal distribution it never leaves 0...1, and is not empty at 0
    /// and 1.
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    /// inference", JASA 22 (1927) 209-212, doi 10.1080/01621459.1927.10502953.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval? {
        guard let value else { return nil }
        let count = whole.effectiveRows
        let square = level.deviations * level.deviations
        let center = (value + square / (2 * count)) / (1 + square / count)
        let variance = value * (1 - value) / count + square / (4 * count * count)
        let reach = level.deviations * variance.squareRoot() / (1 + square / count)
        // The ends at 0 and 1 are exact, which rounding is not.
        return Interval(
            lower: value == 0 ? 0 : max(0, center - reach),
            upper: value == 1 ? 1 : min(1, center + reach)
        )
    }
}
