// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// What the cut-offs and the points of a policy make of rows. Its rules look at records, and the
/// rows that a model is measured on are prepared: they are left out.
struct DecidedRows {
    /// The points of each row.
    let points: [Float]
    /// Whether each row is approved.
    let isApproved: [Bool]

    init(_ policy: Policy, margins: [Float], probabilities: [Float]) {
        let points = margins.map { policy.scale.points(ofMargin: $0) }
        self.points = points.map { Float($0) }
        isApproved = zip(probabilities, points).map { probability, points in
            policy.cutoffs.decision(probability: probability, points: points) == .approve
        }
    }
}
