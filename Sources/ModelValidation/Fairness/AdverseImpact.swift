// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How often a group is approved, by how often the reference is (AIR).
///
/// Sources: 29 CFR 1607.4(D) for the ratio, of which 0.8 is a rule of thumb and no more; D. Katz et
/// al., "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978)
/// 469-474, doi 10.2307/2530610, for the interval.
package struct AdverseImpact: Equatable, Sendable {
    /// The ratio of the shares of rows that are approved; nil where nobody of the reference is.
    package let ratio: Double?
    /// Fisher's exact p-value, two-sided, of equal chances. It counts rows, whatever they weigh.
    package let pValue: Double
    private let shares: (group: Proportion, reference: Proportion)

    init(_ group: ApprovalCount, against reference: ApprovalCount) {
        shares = (group.rate, reference.rate)
        ratio = group.rate.value.flatMap { rate in
            reference.rate.value.flatMap { $0 > 0 ? rate / $0 : nil }
        }
        pValue = FisherExactTest.pValue(
            first: (group.approved.rows, group.declined.rows),
            second: (reference.approved.rows, reference.declined.rows)
        )
    }

    /// The interval of the ratio by the normal distribution of its logarithm; nil where nobody of
    /// either is approved.
    package func interval(_ level: ConfidenceLevel = .usual) -> Interval? {
        guard let ratio, ratio > 0, let group = shares.group.value,
            let reference = shares.reference.value
        else { return nil }
        let variance =
            (1 - group) / (group * shares.group.whole.effectiveRows)
            + (1 - reference) / (reference * shares.reference.whole.effectiveRows)
        let reach = level.deviations * variance.squareRoot()
        return Interval(lower: ratio * exp(-reach), upper: ratio * exp(reach))
    }

    package static func == (left: AdverseImpact, right: AdverseImpact) -> Bool {
        left.shares == right.shares && left.pValue == right.pValue
    }
}

/// Rows that were approved, and others.
struct ApprovalCount: Equatable {
    var approved = WeightTotal.none
    var declined = WeightTotal.none

    /// The share that was approved.
    var rate: Proportion { Proportion(part: approved.weight, whole: approved + declined) }
}
