// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Whether two models differ in the area under the ROC curve on the same rows: DeLong's paired
/// test.
///
/// Areas of the same rows rise and fall together, so that their difference is far more certain than
/// either of them. ``AreaUnderCurve`` has the sources.
package struct AreaComparison: Equatable, Sendable {
    /// The area of the first model less that of the second.
    package let difference: Double
    /// The standard deviation of the difference from sample to sample.
    package let standardError: Double
    /// The two-sided p-value of no difference: 1 where both models order all rows alike.
    package let pValue: Double

    /// Compares two areas.
    /// - Parameter rows: those of which both areas are, with the scores of either model.
    /// - Returns: nil where a class has a single row.
    package init?(_ first: AreaUnderCurve, _ second: AreaUnderCurve, of rows: ScoredRows) {
        precondition(
            first.shares.count == rows.scores.count && second.shares.count == rows.scores.count,
            "both areas are of the same rows"
        )
        guard let firstVariance = first.variance, let secondVariance = second.variance,
            let covariance = AreaUnderCurve.covariance(
                rows,
                (first.value, first.shares),
                (second.value, second.shares)
            )
        else { return nil }
        difference = first.value - second.value
        // Of models that agree in all shares nothing is left but rounding.
        let isSame = first.shares == second.shares
        let variance = isSame ? 0 : firstVariance + secondVariance - 2 * covariance
        standardError = max(0, variance).squareRoot()
        pValue =
            difference == 0 ? 1 : erfc(abs(difference) / standardError / 2.0.squareRoot())
    }

    /// The interval of the difference by the normal distribution.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval {
        Interval(mean: difference, standardError: standardError, level: level)
    }
}
