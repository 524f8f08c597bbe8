// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport

/// Rows of a model that is of some use.
struct SampleRows: Encodable, Sendable {
    var scores: [Float]
    /// Scores of another model, which sees the same and something else.
    var other: [Float]
    var labels: [Float]
    var weights: [Float]?
    var thresholds: [Float] = [0, 0.1, 0.5, 0.875, 1]
    var costs: [Double] = [1, 5]

    /// - Parameters:
    ///   - steps: distinct scores, about: few make ties.
    ///   - isWeighted: whether rows have weights, of which some are 0 and others large.
    init(count: Int, steps: Int, isWeighted: Bool, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        (scores, other, labels) = ([], [], [])
        var weights: [Float] = []
        for row in 0..<count {
            // Both classes are there, each twice.
            let isDefault = row < 4 ? row % 2 == 0 : Int.random(in: 0..<3, using: &random) == 0
            let label: Float = isDefault ? 1 : 0
            func score(_ noise: Float) -> Float {
                ((0.3 * label + 0.7 * noise) * Float(steps)).rounded() / Float(steps)
            }
            let noise = Float.random(in: 0...1, using: &random)
            let more = Float.random(in: 0...1, using: &random)
            labels.append(label)
            scores.append(score(noise))
            other.append(score((noise + more) / 2))
            let weight = Float(Int.random(in: 0...40, using: &random)) / 8
            weights.append(row < 4 ? 1 : weight)
        }
        self.weights = isWeighted ? weights : nil
    }

    /// Ties and none, weights and none, few rows and many.
    static func cases(_ count: Int) -> [SampleRows] {
        let (counts, steps): ([Int], [Int]) = ([8, 37, 150, 400], [3, 20, 1_000, 1_048_576])
        return (0..<count).map { (index: Int) -> SampleRows in
            let isWeighted = (index / 16) % 2 == 1
            return SampleRows(
                count: counts[index % 4],
                steps: steps[(index / 4) % 4],
                isWeighted: isWeighted,
                seed: UInt64(index)
            )
        }
    }

    func rows() throws -> ScoredRows {
        try ScoredRows(probabilities: scores, labels: labels, weights: weights)
    }

    func ranked() throws -> RankedRows { RankedRows(try rows()) }

    func rankedByOther() throws -> RankedRows {
        RankedRows(try ScoredRows(scores: other, labels: labels, weights: weights))
    }
}
