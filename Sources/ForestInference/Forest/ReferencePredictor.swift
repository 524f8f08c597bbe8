// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The slow and obvious predictor every kernel is compared with.
public struct ReferencePredictor: Sendable {
    private let forest: Forest

    /// Predicts by walking `forest` node by node.
    public init(_ forest: Forest) {
        self.forest = forest
    }

    /// The margin of one prepared row of `featureCount` values; NaN is missing. Of several outputs
    /// the first.
    public func margin(of row: [Float]) -> Float {
        margins(of: row)[0]
    }

    /// The margins of one prepared row, one an output.
    public func margins(of row: [Float]) -> [Float] {
        margins(ofRows: [row])
    }

    /// The margins of some rows, row after row; rows walk a tree together, while it is in the
    /// caches.
    func margins(ofRows rows: [[Float]]) -> [Float] {
        if let linear = forest.linear {
            return rows.flatMap { Self.margins(of: $0, linear, baseMargin: forest.baseMargins[0]) }
        }
        let count = forest.outputCount
        // Base first, then the leaves in tree order: another order changes the last bit.
        let start = forest.addsBaseLast ? [Float](repeating: 0, count: count) : forest.baseMargins
        var margins = Array(rows.map { _ in start }.joined())
        for output in 0..<count {
            for tree in forest.outputStarts[output]..<forest.outputStarts[output + 1] {
                for row in rows.indices {
                    margins[row * count + output] += leaf(ofTree: tree, row: rows[row])
                }
            }
        }
        if forest.addsBaseLast {
            for index in margins.indices { margins[index] += forest.baseMargins[index % count] }
        }
        return margins
    }

    /// The prediction of one prepared row: the objective's link applied to the margin. Of several
    /// values the first.
    public func prediction(of row: [Float]) -> Float {
        predictions(of: row)[0]
    }

    /// What the objective predicts for one prepared row.
    public func predictions(of row: [Float]) -> [Float] {
        var values = margins(of: row)
        switch forest.link {
        case .identity: break
        case .logistic: values = values.map { cfk_sigmoid($0) }
        case .exponential: unsafe cfk_exp_all(&values, values.count)
        case .step: values = values.map { $0 > 0 ? 1 : 0 }
        case .softmax: unsafe cfk_softmax(&values, values.count)
        case .rising: unsafe cfk_rising(&values, values.count)
        case .sorted: values.sort()
        case .argmax:
            let first = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
            values = [Float(first)]
        }
        return values
    }

    private static func margins(
        of row: [Float],
        _ linear: LinearModel,
        baseMargin: Float
    ) -> [Float] {
        var margins = linear.startMargins(baseMargin: baseMargin)
        for (feature, value) in row.enumerated() where !value.isNaN {
            for output in margins.indices {
                let product = value * linear.weight(feature: feature, output: output)
                margins[output] += product
            }
        }
        return margins
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
