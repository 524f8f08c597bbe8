// SPDX-License-Identifier: Apache-2.0

/// What is decided by a probability or by points: between its two cut-offs a person decides.
package struct DecisionCutoffs: Sendable, Equatable {
    /// What the cut-offs are compared with.
    package let measure: PolicyMeasure
    /// Approved below this probability, or from this number of points on.
    package let approve: Float
    /// Declined from this probability on, or below this number of points.
    package let decline: Float

    /// Approved below a probability of 0.2, declined from 0.5 on.
    package static let standard = DecisionCutoffs(.probability, approve: 0.2, decline: 0.5)

    /// - Precondition: nothing is both approved and declined.
    package init(_ measure: PolicyMeasure, approve: Float, decline: Float) {
        precondition(
            measure == .probability ? approve <= decline : decline <= approve,
            "the cut-offs are in order"
        )
        self.measure = measure
        self.approve = approve
        self.decline = decline
    }

    /// What is decided of a row.
    package func decision(probability: Float, points: Int) -> Decision {
        switch measure {
        case .probability:
            if probability < approve { return .approve }
            return probability >= decline ? .decline : .refer
        case .points:
            if Float(points) >= approve { return .approve }
            return Float(points) < decline ? .decline : .refer
        }
    }
}
