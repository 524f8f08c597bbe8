// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import LoanModel

/// The cut-offs of a policy as probabilities of default: what is not below `approve` is not
/// approved, what is not below `decline` is declined.
struct PolicyThresholds: Equatable {
    let approve: Float
    let decline: Float

    /// Those of probabilities as they are; of points the probability at which points, which are
    /// rounded, no longer reach the cut-off.
    init(_ policy: Policy) {
        let cutoffs = policy.cutoffs
        func threshold(_ value: Float) -> Float {
            guard cutoffs.measure == .points else { return value }
            let margin = (policy.scale.offset - Double(value) + 0.5) / policy.scale.factor
            return Float(1 / (1 + exp(-margin)))
        }
        approve = threshold(cutoffs.approve)
        decline = threshold(cutoffs.decline)
    }

    /// Rising, each once.
    var all: [Float] { approve == decline ? [approve] : [approve, decline] }
}
