// SPDX-License-Identifier: Apache-2.0

/// The rows of one group, as they are gathered.
struct GroupTally {
    /// Approvals of rows with a default and of others.
    private var defaults = ApprovalCount()
    private var nonDefaults = ApprovalCount()
    private(set) var points = PointSpread()
    private var probabilities: [Float] = []
    private var labels: [Float] = []
    private var weights: [Float] = []

    mutating func add(_ rows: ScoredRows, _ row: Int, isApproved: Bool, points: Float) {
        let weight = rows.weight(row)
        guard weight > 0 else { return }
        switch (rows.isDefault[row], isApproved) {
        case (true, true): defaults.approved.add(weight: weight)
        case (true, false): defaults.declined.add(weight: weight)
        case (false, true): nonDefaults.approved.add(weight: weight)
        case (false, false): nonDefaults.declined.add(weight: weight)
        }
        self.points.add(Double(points), weight: weight)
        probabilities.append(rows.scores[row])
        labels.append(rows.isDefault[row] ? 1 : 0)
        weights.append(Float(weight))
    }

    /// All rows by their approval.
    var approvals: ApprovalCount {
        ApprovalCount(
            approved: defaults.approved + nonDefaults.approved,
            declined: defaults.declined + nonDefaults.declined
        )
    }

    /// The rows as their own table; nil without rows, of which there is no other cause.
    private var ranked: RankedRows? {
        let rows = try? ScoredRows(probabilities: probabilities, labels: labels, weights: weights)
        return rows.map { RankedRows($0) }
    }

    /// The figures of the group.
    /// - Parameter reference: the group to compare with; nil for that group itself.
    func figures(name: String, against reference: GroupTally?) -> GroupFigures {
        let ranked = ranked
        let approvals = approvals
        let total = approvals.approved + approvals.declined
        let reliability = ranked.map {
            ReliabilityBins($0, .equalMass(count: FairnessReport.binCount))
        }
        return GroupFigures(
            name: name,
            total: total,
            defaultRate: Proportion(
                part: (defaults.approved + defaults.declined).weight,
                whole: total
            ),
            approvalRate: approvals.rate,
            truePositiveRate: Proportion(
                part: defaults.declined.weight,
                whole: defaults.approved + defaults.declined
            ),
            falsePositiveRate: Proportion(
                part: nonDefaults.declined.weight,
                whole: nonDefaults.approved + nonDefaults.declined
            ),
            positivePredictiveValue: Proportion(
                part: defaults.declined.weight,
                whole: approvals.declined
            ),
            meanPoints: total.rows > 0 ? points.mean : nil,
            predictedRate: reliability.map { bins in
                bins.bins.reduce(0) { $0 + $1.predicted * $1.total.weight } / bins.total.weight
            },
            reliability: reliability,
            area: ranked.flatMap { AreaUnderCurve($0) },
            adverseImpact: reference.map { AdverseImpact(approvals, against: $0.approvals) },
            standardizedDifference: reference.flatMap {
                points.standardizedDifference(from: $0.points)
            }
        )
    }
}
