// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How often a group is approved, by how often the reference is (AIR).
///
/// Sources: 29 CFR 1607.4(D) for the ratio, of which 0.8 is a rule of thumb and no more; D. Katz et
/// al., "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978)
/// 469-474, doi 10.2307/2530610, for the interval.
package struct AdverseImpact: Equatable, Sendable {
    private let group: Proportion
    private let reference: Proportion
    /// Fisher's exact p-value, two-sided, of equal chances. It counts rows, whatever they weigh.
    package let pValue: Double

    init(_ group: ApprovalCount, against reference: ApprovalCount) {
        self.group = group.rate
        self.reference = reference.rate
        pValue = FisherExactTest.pValue(
            first: (group.approved.rows, group.declined.rows),
            second: (reference.approved.rows, reference.declined.rows)
        )
    }

    /// The ratio of the shares of rows that are approved; nil where nobody of the reference is, or
    /// the group has no row.
    package var ratio: Double? {
        guard let share = group.value, let base = reference.value, base > 0 else { return nil }
        return share / base
    }

    /// The interval of the ratio by the normal distribution of its logarithm; nil where nobody of
    /// either is approved.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval? {
        guard let ratio, ratio > 0, let share = group.value, let base = reference.value else {
            return nil
        }
        let variance =
            (1 - share) / (share * group.whole.effectiveRows)
            + (1 - base) / (base * reference.whole.effectiveRows)
        let reach = level.deviations * variance.squareRoot()
        return Interval(lower: ratio * exp(-reach), upper: ratio * exp(reach))
    }
}
