// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport

/// Small forests whose margins are exact, on values that can all be tried.
enum RandomTrees {
    /// Splits are at these values of each feature.
    static let thresholds: [Float] = [0, 1, 2]
    /// One value of each interval between thresholds, and a missing one.
    static let values: [Float] = [-0.5, 0.5, 1.5, 2.5, .nan]

    /// - Parameter lean: added to leaves for each step of feature 0: the more, the likelier is a
    ///   forest that rises along it.
    static func forest(
        treeCount: Int,
        depth: Int,
        featureCount: Int,
        lean: Int,
        _ random: inout SeededGenerator
    ) throws -> Forest {
        let trees = (0..<treeCount).map { _ in
            var tree = Arrays(featureCount: featureCount, lean: lean)
            _ = tree.grow(depth, 0, &random)
            return tree.text
        }
        return try Forest(xgboost: ModelText(trees, featureCount: featureCount).bytes)
    }

    /// Each row that the features can make.
    static func rows(featureCount: Int) -> [[Float]] {
        (0..<featureCount).reduce([[]]) { rows, _ in
            rows.flatMap { row in values.map { row + [$0] } }
        }
    }

    /// The arrays of XGBoost's documents.
    private struct Arrays {
        let featureCount: Int
        let lean: Int
        var left: [Int] = []
        var right: [Int] = []
        var features: [Int] = []
        var conditions: [Float] = []
        var defaults: [Int] = []

        init(featureCount: Int, lean: Int) {
            self.featureCount = featureCount
            self.lean = lean
        }

        /// Adds a node with all below it, and gives its place.
        /// - Parameter steps: thresholds of feature 0 that rows on this path are above.
        mutating func grow(_ depth: Int, _ steps: Int, _ random: inout SeededGenerator) -> Int {
            let place = left.count
            let isLeaf = depth == 0 || (place > 0 && Int.random(in: 0..<5, using: &random) == 0)
            left.append(-1)
            right.append(-1)
            features.append(isLeaf ? 0 : Int.random(in: 0..<featureCount, using: &random))
            defaults.append(Int.random(in: 0...1, using: &random))
            guard !isLeaf else {
                // Eighths: every sum is exact.
                let value = Int.random(in: -4...4, using: &random) + lean * steps
                conditions.append(Float(value) / 8)
                return place
            }
            conditions.append(thresholds[Int.random(in: 0..<thresholds.count, using: &random)])
            let isFirst = features[place] == 0
            left[place] = grow(depth - 1, steps, &random)
            right[place] = grow(depth - 1, steps + (isFirst ? 1 : 0), &random)
            return place
        }

        var text: ModelText.Tree {
            ModelText.Tree(
                """
                "left_children":\(left),"right_children":\(right),"split_indices":\(features),\
                "split_conditions":\(conditions),"default_left":\(defaults)
                """,
                nodeCount: left.count
            )
        }
    }
}
