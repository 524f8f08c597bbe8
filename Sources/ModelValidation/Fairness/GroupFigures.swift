// SPDX-License-Identifier: Apache-2.0

/// What became of one group, and how it compares with the reference.
package struct GroupFigures: Sendable {
    /// What the group is called.
    package let name: String
    /// Its rows.
    package let total: WeightTotal
    /// The share of defaults.
    package let defaultRate: Proportion
    /// The share of rows that were approved.
    package let approvalRate: Proportion
    /// The share of defaults that were not approved (TPR).
    package let truePositiveRate: Proportion
    /// The share of others that were not approved (FPR): those who would have paid.
    package let falsePositiveRate: Proportion
    /// The share of rows not approved that defaulted (PPV).
    package let positivePredictiveValue: Proportion
    /// Mean points; nil without rows.
    package let meanPoints: Double?
    /// The mean probability of default; nil without rows. Next to `defaultRate` it shows whether
    /// the group defaults more often than was predicted.
    package let predictedRate: Double?
    /// Probabilities and what happened, in bins of equal mass; nil without rows.
    package let reliability: ReliabilityBins?
    /// How well scores order the group's rows; nil where it has one class only.
    package let area: AreaUnderCurve?
    /// Approvals against those of the reference; nil for the reference itself.
    package let adverseImpact: AdverseImpact?
    /// Points against those of the reference, in standard deviations; nil for the reference itself
    /// and where points do not vary.
    package let standardizedDifference: Double?
}
