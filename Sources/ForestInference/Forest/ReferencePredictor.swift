// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The slow and obvious predictor every kernel is compared with.
public struct ReferencePredictor: Sendable {
    private let forest: Forest

    /// Predicts by walking `forest` node by node.
    public init(_ forest: Forest) {
        self.forest = forest
    }

    /// The margin of one prepared row of `featureCount` values; NaN is missing.
    public func margin(of row: [Float]) -> Float {
        margins(of: [row])[0]
    }

    /// The margin of each row; rows walk a tree together, while it is in the caches.
    func margins(of rows: [[Float]]) -> [Float] {
        // Base first, then the leaves in tree order: another order changes the last bit.
        var margins = [Float](repeating: forest.baseMargin, count: rows.count)
        for tree in 0..<forest.treeCount {
            for row in rows.indices {
                margins[row] += leaf(ofTree: tree, row: rows[row])
            }
        }
        return margins
    }

    /// The prediction of one prepared row: the objective's link applied to the margin.
    public func prediction(of row: [Float]) -> Float {
        let margin = margin(of: row)
        return forest.objective.isLogistic ? cfk_sigmoid(margin) : margin
    }

    private func leaf(ofTree index: Int, row: [Float]) -> Float {
        let start = forest.treeStarts[index]
        var node = forest.nodes[start]
        while !node.isLeaf {
            let goesRight = goesRight(node, value: row[node.feature])
            node = forest.nodes[start + Int(node.left) + (goesRight ? 1 : 0)]
        }
        return node.value
    }

    private func goesRight(_ node: Forest.Node, value: Float) -> Bool {
        if node.isCategorical && !value.isNaN {
            return forest.categorySets[node.categorySet].contains(value)
        }
        let isBelow = value < node.value
        return value.isNaN ? !node.defaultsLeft : !isBelow
    }
}
