// SPDX-License-Identifier: Apache-2.0

/// Scores of rows, what became of them, and how much they count: what every figure is made of.
package struct ScoredRows: Equatable, Sendable {
    /// The score of each row: the higher, the likelier is a default.
    package let scores: [Float]
    /// Whether each row is a default.
    package let isDefault: [Bool]
    /// How much each row counts, at least 0; nil: 1 each.
    package let weights: [Float]?
    /// Whether scores are probabilities of default.
    package let areProbabilities: Bool
    /// The rows with a default.
    package let defaults: WeightTotal
    /// The rows without.
    package let nonDefaults: WeightTotal

    /// Most rows that are judged together: their places have 32 bits.
    package static let rowCountMax = Int(UInt32.max)

    /// Rows with scores of any kind, such as margins.
    /// - Parameters:
    ///   - scores: finite; the higher, the likelier is a default.
    ///   - labels: 1 for a default, else 0; one for each score.
    ///   - weights: at least 0, one for each score; nil: 1 each.
    package init(
        scores: [Float],
        labels: [Float],
        weights: [Float]? = nil
    ) throws(ScoredRowsError) {
        try self.init(scores, labels, weights, areProbabilities: false)
    }

    /// Rows with probabilities of default, in 0...1; the rest as for scores.
    package init(
        probabilities: [Float],
        labels: [Float],
        weights: [Float]? = nil
    ) throws(ScoredRowsError) {
        try self.init(probabilities, labels, weights, areProbabilities: true)
    }

    private init(
        _ scores: [Float],
        _ labels: [Float],
        _ weights: [Float]?,
        areProbabilities: Bool
    ) throws(ScoredRowsError) {
        let count = scores.count
        guard labels.count == count, weights.map({ $0.count == count }) ?? true else {
            throw .counts(scores: count, labels: labels.count, weights: weights?.count)
        }
        guard count <= Self.rowCountMax else {
            throw .tooManyRows(count: count, limit: Self.rowCountMax)
        }
        for (row, score) in scores.enumerated() {
            guard score.isFinite else { throw .score(row: row) }
            if areProbabilities, !(0...1).contains(score) {
                throw .probability(row: row, value: score)
            }
        }
        (isDefault, defaults, nonDefaults) = try Self.classes(labels, weights)
        guard defaults.rows + nonDefaults.rows > 0 else { throw .noRows }
        self.scores = scores
        self.weights = weights
        self.areProbabilities = areProbabilities
    }

    private static func classes(
        _ labels: [Float],
        _ weights: [Float]?
    ) throws(ScoredRowsError) -> ([Bool], WeightTotal, WeightTotal) {
        var isDefault: [Bool] = []
        isDefault.reserveCapacity(labels.count)
        var totals = (defaults: WeightTotal.none, nonDefaults: WeightTotal.none)
        for (row, label) in labels.enumerated() {
            guard label == 0 || label == 1 else { throw .label(row: row, value: label) }
            let weight = weights?[row] ?? 1
            guard weight >= 0, weight.isFinite else { throw .weight(row: row, value: weight) }
            isDefault.append(label == 1)
            guard weight > 0 else { continue }
            if label == 1 {
                totals.defaults.add(weight: Double(weight))
            } else {
                totals.nonDefaults.add(weight: Double(weight))
            }
        }
        return (isDefault, totals.defaults, totals.nonDefaults)
    }

    /// All rows.
    package var total: WeightTotal { defaults + nonDefaults }

    /// Whether there are defaults and others, which some figures need.
    package var haveBothClasses: Bool { defaults.rows > 0 && nonDefaults.rows > 0 }

    /// The share of defaults.
    package var defaultRate: Proportion { Proportion(part: defaults.weight, whole: total) }

    /// How much a row counts.
    func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
}
