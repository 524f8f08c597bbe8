// SPDX-License-Identifier: Apache-2.0

/// What a bank makes of the estimates of a model, as data: points, bands, decisions, and rules that
/// decide by a record alone. `docs/policy.md` describes it for its users.
package struct Policy: Sendable, Equatable {
    /// How a margin becomes points.
    package let scale: PointScale
    /// What a row is called by its points or its probability.
    package let bands: PolicyBands
    /// What is decided by points or probability.
    package let cutoffs: DecisionCutoffs
    /// What is decided by a record, whatever the model says; in their order.
    package let rules: [KnockoutRule]
    /// What an applicant can change, for those who ask what would have to be otherwise.
    package let changeable: [ChangeableFeature]
    /// What reasons are called; empty where they are made from the names of the features.
    package let reasons: [ReasonText]

    /// Gathers the parts.
    package init(
        scale: PointScale = .standard,
        bands: PolicyBands = .standard,
        cutoffs: DecisionCutoffs = .standard,
        rules: [KnockoutRule] = [],
        changeable: [ChangeableFeature] = [],
        reasons: [ReasonText] = []
    ) {
        self.scale = scale
        self.bands = bands
        self.cutoffs = cutoffs
        self.rules = rules
        self.changeable = changeable
        self.reasons = reasons
    }

    /// The same with other reasons.
    package func with(reasons: [ReasonText]) -> Policy {
        Policy(
            scale: scale,
            bands: bands,
            cutoffs: cutoffs,
            rules: rules,
            changeable: changeable,
            reasons: reasons
        )
    }

    /// The policy of a model that is stored without one.
    package static let standard = Policy()
}

/// What bands and cut-offs are about.
package enum PolicyMeasure: String, Sendable, CaseIterable {
    /// The probability that is answered, as float32.
    case probability
    /// The points that are answered.
    case points
}

/// What may become of an application; the later, the less its applicant wants it.
package enum Decision: String, Sendable, CaseIterable, Comparable {
    case approve
    /// A person decides.
    case refer
    case decline

    /// The place among all cases: 0 for what the applicant wants most.
    package var rank: Int {
        switch self {
        case .approve: 0
        case .refer: 1
        case .decline: 2
        }
    }

    /// Whether the right one is worse for the applicant.
    package static func < (left: Decision, right: Decision) -> Bool { left.rank < right.rank }
}
