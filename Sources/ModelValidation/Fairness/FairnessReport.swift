// SPDX-License-Identifier: Apache-2.0

/// How a model and its decisions treat groups of applicants: measures, of which none proves that a
/// model is fair or lawful.
///
/// A row that is not approved is predicted to default, whether it was declined or referred.
package struct FairnessReport: Sendable {
    /// The group that others are compared with.
    package let reference: String
    /// All groups in the order of the column, also those without rows.
    package let groups: [GroupFigures]
    /// Rows whose group is not known, and which are in no group.
    package let unknown: WeightTotal

    /// Bins of a group's calibration: fewer than of all rows, since groups are smaller.
    package static let binCount = 10

    /// Compares groups.
    /// - Parameters:
    ///   - rows: with probabilities of default.
    ///   - isApproved: what was decided of each row.
    ///   - points: the points of each row, or another score that is linear in the margin.
    ///   - column: the group of each row.
    ///   - reference: the place of the group to compare with; nil: the one with the most rows.
    package init(
        _ rows: ScoredRows,
        isApproved: [Bool],
        points: [Float],
        by column: GroupColumn,
        reference: Int? = nil
    ) throws(FairnessError) {
        precondition(rows.areProbabilities, "calibration is of probabilities")
        for count in [isApproved.count, points.count, column.groups.count]
        where count != rows.scores.count {
            throw .counts(rows: rows.scores.count, given: count)
        }
        var tallies = Array(repeating: GroupTally(), count: column.names.count)
        var unknown = WeightTotal.none
        for (row, group) in column.groups.enumerated() {
            guard points[row].isFinite else { throw .points(row: row) }
            if let group {
                tallies[group].add(
                    rows,
                    row,
                    isApproved: isApproved[row],
                    points: points[row]
                )
            } else if rows.weight(row) > 0 {
                unknown.add(weight: rows.weight(row))
            }
        }
        let sizes = tallies.map(\.points.total.rows)
        let chosen = reference ?? sizes.indices.max { sizes[$0] < sizes[$1] }
        guard let chosen, sizes.indices.contains(chosen), sizes[chosen] > 0 else {
            let name = chosen.flatMap { column.names.indices.contains($0) ? column.names[$0] : nil }
            throw .noReference(name: name ?? "")
        }
        self.reference = column.names[chosen]
        self.unknown = unknown
        groups = tallies.enumerated().map { index, tally in
            tally.figures(
                name: column.names[index],
                against: index == chosen ? nil : tallies[chosen]
            )
        }
    }
}
