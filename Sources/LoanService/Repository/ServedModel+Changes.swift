// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel

/// Trying values that nobody has asked a prediction for: no metric counts them.
extension ServedModel {
    /// Checks that changes of a record can be looked for.
    package func checkChangeable() throws(Undecidable) {
        try checkDecidable()
        let changeable = policy.bound.policy.changeable
        guard !changeable.isEmpty else { throw .nothingChangeable }
        for (place, feature) in features.enumerated()
        where feature.kind == .number && changeable.contains(where: { $0.name == feature.name }) {
            let column = features[..<place].count { $0.carrier == .number }
            guard cuts(ofNumberColumn: column) != nil else {
                throw .uncuttable(feature: feature.name)
            }
        }
    }

    /// Where predictions may change along a column of the numeric matrix; see `Scorer`.
    func cuts(ofNumberColumn column: Int) -> [Float]? { scorer.cuts(ofNumberColumn: column) }

    /// What the policy makes of raw rows, for which `decides` holds.
    func tried(numbers: [Float], codes: [UInt8], rowCount: Int) -> [BoundPolicy.Row] {
        func scores(margins: Bool) -> [Float] {
            var scores = [Float](repeating: 0, count: rowCount)
            var results = scores.mutableSpan
            scorer.score(
                numbers: numbers.span,
                codes: codes.span,
                rowCount: rowCount,
                rows: 0..<rowCount,
                output: margins ? .margin : .probability,
                into: &results
            )
            return scores
        }
        let hits = policy.bound.hits(numbers: numbers.span, codes: codes.span, rowCount: rowCount)
        return zip(scores(margins: true), scores(margins: false)).enumerated().map { row, score in
            policy.bound.row(
                margin: score.0,
                probability: score.1,
                rules: hits.isEmpty ? [] : hits[row]
            )
        }
    }
}
