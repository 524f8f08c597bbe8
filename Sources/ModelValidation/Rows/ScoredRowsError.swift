// SPDX-License-Identifier: Apache-2.0

/// Why rows cannot be judged.
package enum ScoredRowsError: Error, Equatable {
    /// There is not one label and one weight for each score.
    case counts(scores: Int, labels: Int, weights: Int?)
    /// More rows than ``ScoredRows/rowCountMax``.
    case tooManyRows(count: Int, limit: Int)
    /// A score that is not a number or infinite. Rows count from 0.
    case score(row: Int)
    /// A probability outside 0...1.
    case probability(row: Int, value: Float)
    /// A label that is neither 0 nor 1.
    case label(row: Int, value: Float)
    /// A weight that is negative, infinite or not a number.
    case weight(row: Int, value: Float)
    /// No row counts.
    case noRows
}

extension ScoredRowsError: CustomStringConvertible {
    /// One line for a person; rows count from 1.
    package var description: String {
        switch self {
        case .counts(let scores, let labels, let weights):
            "there are \(scores) scores and \(labels) labels"
                + (weights.map { ", and \($0) weights" } ?? "") + "; each row needs one of each"
        case .tooManyRows(let count, let limit):
            "there are \(count) rows; at most \(limit) are judged together"
        case .score(let row): "row \(row + 1): the score is not a finite number"
        case .probability(let row, let value):
            "row \(row + 1): the probability \(value) is not between 0 and 1"
        case .label(let row, let value): "row \(row + 1): the label \(value) is neither 0 nor 1"
        case .weight(let row, let value):
            "row \(row + 1): the weight \(value) must be a number that is not negative"
        case .noRows: "no row counts: there is none, or all weights are 0"
        }
    }
}
