// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// Contributions in double precision, by two ways that share nothing with the kernels.
struct ContributionReference {
    let forest: Forest
    let covers: [Float]

    init(_ forest: Forest) {
        self.forest = forest
        covers = forest.covers ?? []
    }

    /// The mean of all trees over the training.
    var mean: Double {
        (0..<forest.treeCount).reduce(0) { sum, tree in
            sum + value(ofTree: tree, at: 0, row: [], known: { _ in false })
        }
    }

    /// The margin without the base, added up in double precision.
    func margin(of row: [Float]) -> Double {
        (0..<forest.treeCount).reduce(0) { sum, tree in
            sum + value(ofTree: tree, at: 0, row: row, known: { _ in true })
        }
    }

    /// By definition: the weighted mean over all subsets of features of what one more adds.
    func byDefinition(_ row: [Float]) -> [Double] {
        let count = forest.featureCount
        let values = (0..<1 << count).map { subset in
            (0..<forest.treeCount).reduce(0.0) { sum, tree in
                sum + value(ofTree: tree, at: 0, row: row) { subset >> $0 & 1 == 1 }
            }
        }
        return (0..<count).map { feature in
            values.indices.reduce(0.0) { sum, subset in
                guard subset >> feature & 1 == 0 else { return sum }
                let size = subset.nonzeroBitCount
                let weight = Self.beta(size, count - 1 - size)
                return sum + weight * (values[subset | 1 << feature] - values[subset])
            }
        }
    }

    /// By definition, where a feature of a subset has the row's value and any other one that of a
    /// reference row.
    func byDefinition(_ row: [Float], from reference: [Float], players: [Int]) -> [Double] {
        let count = (players.max() ?? 0) + 1
        let values = (0..<1 << count).map { subset in
            margin(
                of: row.indices.map { index in
                    subset >> players[index] & 1 == 1 ? row[index] : reference[index]
                }
            )
        }
        return (0..<count).map { player in
            values.indices.reduce(0.0) { sum, subset in
                guard subset >> player & 1 == 0 else { return sum }
                let size = subset.nonzeroBitCount
                let weight = Self.beta(size, count - 1 - size)
                return sum + weight * (values[subset | 1 << player] - values[subset])
            }
        }
    }

    /// Leaf by leaf, with the integral over the other features of its path as a polynomial in the
    /// basis of Bernstein.
    func byLeaves(_ row: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: forest.featureCount)
        for tree in 0..<forest.treeCount { visit(tree, 0, row, [], &result) }
        return result
    }

    /// The integral of t^a (1 - t)^b from 0 to 1.
    private static func beta(_ a: Int, _ b: Int) -> Double {
        (1...max(1, b)).reduce(1 / Double(a + b + 1)) { product, i in
            b == 0 ? product : product * Double(i) / Double(a + i)
        }
    }

    private struct Factor {
        let feature: Int
        var rest: Double
        var holds: Bool
    }

    private func visit(
        _ tree: Int,
        _ index: Int,
        _ row: [Float],
        _ path: [Factor],
        _ result: inout [Double]
    ) {
        let node = forest.tree(tree)[forest.treeStarts[tree] + index]
        guard !node.isLeaf else {
            for (place, factor) in path.enumerated() {
                var others = path
                others.remove(at: place)
                let own = (factor.holds ? 1 : 0) - factor.rest
                result[factor.feature] += Double(node.value) * own * Self.integral(others)
            }
            return
        }
        let left = Int(node.left)
        for (child, isLeft) in [(left, true), (left + 1, false)] {
            var path = path
            let rest = share(tree, index, isLeft: isLeft)
            let holds = goesLeft(node, row[node.feature]) == isLeft
            if let known = path.firstIndex(where: { $0.feature == node.feature }) {
                path[known].rest *= rest
                path[known].holds = path[known].holds && holds
            } else {
                path.append(Factor(feature: node.feature, rest: rest, holds: holds))
            }
            visit(tree, child, row, path, &result)
        }
    }

    private static func integral(_ factors: [Factor]) -> Double {
        // Coefficient k is that of t^k (1 - t)^(n - k).
        var coefficients = [1.0]
        for factor in factors {
            var next = [Double](repeating: 0, count: coefficients.count + 1)
            for (power, value) in coefficients.enumerated() {
                next[power] += value * factor.rest
                if factor.holds { next[power + 1] += value }
            }
            coefficients = next
        }
        return coefficients.enumerated().reduce(0) { sum, term in
            sum + term.element * beta(term.offset, factors.count - term.offset)
        }
    }

    private func value(
        ofTree tree: Int,
        at index: Int,
        row: [Float],
        known: (Int) -> Bool
    ) -> Double {
        let node = forest.tree(tree)[forest.treeStarts[tree] + index]
        if node.isLeaf { return Double(node.value) }
        let left = Int(node.left)
        func below(_ child: Int) -> Double {
            value(ofTree: tree, at: child, row: row, known: known)
        }
        if known(node.feature) {
            return below(goesLeft(node, row[node.feature]) ? left : left + 1)
        }
        let share = share(tree, index, isLeft: true)
        return share * below(left) + (1 - share) * below(left + 1)
    }

    private func share(_ tree: Int, _ index: Int, isLeft: Bool) -> Double {
        let start = forest.treeStarts[tree]
        let left = start + Int(forest.nodes[start + index].left)
        let sum = Double(covers[left]) + Double(covers[left + 1])
        guard sum > 0 else { return 0.5 }
        return Double(covers[isLeft ? left : left + 1]) / sum
    }

    private func goesLeft(_ node: Forest.Node, _ value: Float) -> Bool {
        if value.isNaN { return node.defaultsLeft }
        guard node.isCategorical else { return value < node.value }
        return !forest.categorySets[node.categorySet].contains(value)
    }
}
