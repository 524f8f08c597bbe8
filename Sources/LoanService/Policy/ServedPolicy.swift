// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// The policy that a model is served with.
package struct ServedPolicy: Sendable, Equatable {
    /// Held against the features of the model.
    package let bound: BoundPolicy
    /// The SHA-256 of its text.
    package let digest: String
    /// Whether the model is stored without a policy.
    package let isStandard: Bool

    private init(_ bound: BoundPolicy, isStandard: Bool) {
        self.bound = bound
        self.isStandard = isStandard
        digest = PolicyDocument.digest(of: bound.policy)
    }

    /// The policy of a model that is stored without one.
    package static let standard = ServedPolicy(.standard, isStandard: true)

    /// A policy that was held against the features of the model.
    package init(_ bound: BoundPolicy) { self.init(bound, isStandard: false) }

    /// Whether a model predicts what policies are about: the logistic probability of a margin.
    static func isFor(_ scorer: Scorer) -> Bool {
        scorer.prediction == .probability && scorer.objective == objective
    }

    /// The objective of models that policies are for, as XGBoost calls it.
    static let objective = "binary:logistic"
}
