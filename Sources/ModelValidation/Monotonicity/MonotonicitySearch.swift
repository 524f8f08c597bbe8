// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The stages of a proof for one feature of a forest with one output.
struct MonotonicitySearch {
    private let forest: Forest
    private let feature: Int
    private let direction: MonotoneDirection
    private var budget: SearchBudget

    init(_ forest: Forest, _ feature: Int, _ direction: MonotoneDirection, budget: Int) {
        self.forest = forest
        self.feature = feature
        self.direction = direction
        self.budget = SearchBudget(budget)
    }

    /// Whether each tree goes the right way by itself; false also where the budget did not suffice.
    mutating func everyTreeIsProven() -> Bool {
        let box = FeatureBox(forest)
        for index in 0..<forest.treeCount {
            let tree = TreeMonotonicity(forest.tree(index), feature: feature, direction)
            guard tree.isProven(in: box, &budget) == true else { return false }
        }
        return true
    }

    /// The verdict on the sum of the trees.
    /// - Parameter thresholds: all of the feature, rising.
    mutating func verdict(thresholds: [Float]) -> MonotonicityVerdict {
        let box = FeatureBox(forest)
        let predictor = ReferencePredictor(forest)
        var open = 0
        var below: Float?
        for threshold in thresholds {
            // No finite number is below the first of these, or at the last.
            guard threshold.isFinite, threshold.nextDown.isFinite else { continue }
            let values = (lower: below ?? threshold.comfortablyBelow, upper: threshold)
            below = threshold
            let steps = (0..<forest.treeCount).compactMap { index in
                ThresholdStep(
                    forest.tree(index),
                    feature: feature,
                    threshold: threshold,
                    direction
                )
            }
            var found: MonotonicityVerdict.Counterexample?
            var left = budget
            let outcome = CounterexampleSearch(steps).run(in: box, &left) { row in
                found = counterexample(row, values, predictor)
                return found != nil
            }
            budget = left
            if let found { return .refuted(found) }
            if outcome == .open { open += 1 }
        }
        return open == 0
            ? .proven(.sumOfTrees) : .undecided(thresholdsLeft: open, of: thresholds.count)
    }

    /// The row with each of two values of the feature; nil where margins go the right way.
    private func counterexample(
        _ row: [Float],
        _ values: (lower: Float, upper: Float),
        _ predictor: ReferencePredictor
    ) -> MonotonicityVerdict.Counterexample? {
        var (lower, upper) = (row, row)
        lower[feature] = values.lower
        upper[feature] = values.upper
        let margins = (
            lower: predictor.margins(of: lower)[0], upper: predictor.margins(of: upper)[0]
        )
        guard margins.lower * direction.sign > margins.upper * direction.sign else { return nil }
        return MonotonicityVerdict.Counterexample(
            lower: lower,
            upper: upper,
            lowerMargin: margins.lower,
            upperMargin: margins.upper
        )
    }
}
