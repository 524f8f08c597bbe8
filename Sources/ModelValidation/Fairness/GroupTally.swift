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
        let bins = ranked.map { ReliabilityBins($0, .equalMass(count: FairnessReport.binCount)) }
        let (approvals, total) = (approvals, approvals.total)
        return GroupFigures(
            name: name,
            total: total,
            defaultRate: Proportion(part: defaults.total.weight, whole: total),
            approvalRate: approvals.rate,
            truePositiveRate: Proportion(part: defaults.declined.weight, whole: defaults.total),
            falsePositiveRate: Proportion(
                part: nonDefaults.declined.weight,
                whole: nonDefaults.total
            ),
            positivePredictiveValue: Proportion(
                part: defaults.declined.weight,
                whole: approvals.declined
            ),
            meanPoints: total.rows > 0 ? points.mean : nil,
            predictedRate: bins?.meanPredicted,
            reliability: bins,
            area: ranked.flatMap { AreaUnderCurve($0) },
            adverseImpact: reference.map { AdverseImpact(approvals, against: $0.approvals) },
            standardizedDifference: reference.flatMap {
                points.standardizedDifference(from: $0.points)
            }
        )
    }
}
