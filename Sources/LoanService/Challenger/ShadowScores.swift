// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel

/// What a challenger makes of rows that its champion has answered, row by row and in numbers.
struct ShadowScores: Sendable {
    /// The rows, with what was answered.
    let columns: ShadowColumns
    /// Of each row, by the challenger.
    private(set) var margins: [Float]
    private(set) var probabilities: [Float]
    /// What the policy of the challenger makes of them.
    let decided: [BoundPolicy.Row]
    /// Absolute differences of the probabilities.
    let differences: [Float]
    let tally: ShadowTally

    /// Scores without counting the rows as those of the challenger: nobody was answered by it.
    /// - Precondition: `champion.check(_:as:)` has accepted the challenger as a shadow.
    init(_ columns: ShadowColumns, _ champion: ServedModel, _ challenger: ServedModel) {
        let rowCount = columns.rowCount
        var margins = [Float](repeating: 0, count: rowCount)
        var probabilities = margins
        var sums = margins.mutableSpan
        challenger.scorer.score(
            numbers: columns.numbers.span,
            codes: columns.codes.span,
            rowCount: columns.shape.capacity,
            rows: 0..<rowCount,
            output: .margin,
            into: &sums
        )
        var results = probabilities.mutableSpan
        challenger.scorer.predict(margins: sums.span, into: &results)
        self.columns = columns
        self.margins = margins
        self.probabilities = probabilities
        let policies = (champion.policy.bound, challenger.policy.bound)
        let answered = Self.rows(policies.0, columns, columns.margins, columns.probabilities)
        let decided = Self.rows(policies.1, columns, margins, probabilities)
        let differences = (0..<rowCount).map { abs(probabilities[$0] - columns.probabilities[$0]) }
        self.decided = decided
        self.differences = differences
        tally = Self.tally(
            answered,
            decided,
            differences,
            (policies.0.policy.bands.names, policies.1.policy.bands.names)
        )
    }

    private static func rows(
        _ policy: BoundPolicy,
        _ columns: ShadowColumns,
        _ margins: [Float],
        _ probabilities: [Float]
    ) -> [BoundPolicy.Row] {
        let hits =
            policy.looksAtRecords
            ? policy.hits(
                numbers: columns.numbers.span,
                codes: columns.codes.span,
                rowCount: columns.shape.capacity
            ) : []
        return (0..<columns.rowCount).map { row in
            policy.row(
                margin: margins[row],
                probability: probabilities[row],
                rules: hits.isEmpty ? [] : hits[row]
            )
        }
    }

    private static func tally(
        _ answered: [BoundPolicy.Row],
        _ decided: [BoundPolicy.Row],
        _ differences: [Float],
        _ names: (champion: [String], challenger: [String])
    ) -> ShadowTally {
        var tally = ShadowTally()
        // By index first: names cost more than the scores.
        var bands = [Int](repeating: 0, count: names.champion.count * names.challenger.count)
        for row in answered.indices {
            let (before, after) = (answered[row], decided[row])
            bands[before.band * names.challenger.count + after.band] += 1
            tally.decisions[before.decision.rank][after.decision.rank] += 1
            let difference = Double(differences[row])
            tally.differenceSum += difference
            tally.differenceMax = max(tally.differenceMax, difference)
        }
        for (index, rows) in bands.enumerated() where rows > 0 {
            let (before, after) = index.quotientAndRemainder(dividingBy: names.challenger.count)
            let pair = ShadowTally.BandPair(
                champion: names.champion[before],
                challenger: names.challenger[after]
            )
            tally.add(rows, pair)
        }
        return tally
    }
}
