// SPDX-License-Identifier: Apache-2.0

import ForestInference

// A tree never falls along a feature if no split on it has a leaf on its left that is higher than
// one on its right which the same values of all other features reach. Only such pairs of leaves
// matter: two leaves that part at a split on another feature are never reached by rows that differ
// in this one alone.
//
// At each split the highest leaf on the left and the lowest on the right are compared first. Trees
// that were trained with the constraint pass there, in one visit of each node; only of others pairs
// of leaves are looked at.
//
// Missing values of the feature are not compared with others: an order does not have them. Those of
// other features are values like any other.

/// Looks for leaves that contradict a direction, in one tree.
struct TreeMonotonicity {
    private let nodes: ArraySlice<Forest.Node>
    private let feature: Int
    private let sign: Float
    /// The extremes of the leaves below each node, times the sign.
    private var lowest: [Float]
    private var highest: [Float]

    init(_ nodes: ArraySlice<Forest.Node>, feature: Int, _ direction: MonotoneDirection) {
        self.nodes = nodes
        self.feature = feature
        sign = direction.sign
        lowest = Array(repeating: 0, count: nodes.count)
        highest = lowest
        // Children come after their parent.
        for (place, node) in nodes.enumerated().reversed() {
            let left = Int(node.left)
            lowest[place] =
                node.isLeaf ? node.value * sign : min(lowest[left], lowest[left + 1])
            highest[place] =
                node.isLeaf ? node.value * sign : max(highest[left], highest[left + 1])
        }
    }

    /// Whether no pair of leaves contradicts the direction; nil where the budget did not suffice.
    func isProven(in box: FeatureBox, _ budget: inout SearchBudget) -> Bool? {
        var box = box
        box[feature] = FeatureRange(allowsMissing: false)
        var search = Search(budget: budget)
        visit(0, &box, &search)
        budget = search.budget
        if search.isRefuted { return false }
        return search.isExhausted ? nil : true
    }

    private struct Search {
        var budget: SearchBudget
        var isRefuted = false
        var isExhausted = false

        var isOver: Bool { isRefuted || isExhausted }
    }

    /// A node on one side of a split on the feature, and the values of it that reach the node.
    private struct Side {
        let place: Int
        let range: FeatureRange
    }

    private func node(_ place: Int) -> Forest.Node { nodes[nodes.startIndex + place] }

    /// Compares the sides of each split on the feature at or below `place`.
    private func visit(_ place: Int, _ box: inout FeatureBox, _ search: inout Search) {
        let node = node(place)
        guard !node.isLeaf, !search.isOver else { return }
        guard search.budget.take() else {
            search.isExhausted = true
            return
        }
        let left = Int(node.left)
        if node.feature == feature {
            let whole = box[feature]
            compare(
                Side(place: left, range: box.narrowed(whole, by: node, goesRight: false)),
                Side(place: left + 1, range: box.narrowed(whole, by: node, goesRight: true)),
                &box,
                &search
            )
        }
        box.descend(node, goesRight: false) { visit(left, &$0, &search) }
        box.descend(node, goesRight: true) { visit(left + 1, &$0, &search) }
    }

    /// Compares the leaves below two nodes, of which `low` has the lower values of the feature.
    private func compare(
        _ low: Side,
        _ high: Side,
        _ box: inout FeatureBox,
        _ search: inout Search
    ) {
        guard !low.range.isEmpty, !high.range.isEmpty, !search.isOver,
            highest[low.place] > lowest[high.place]
        else { return }
        guard search.budget.take() else {
            search.isExhausted = true
            return
        }
        if !node(low.place).isLeaf {
            for goesRight in [false, true] {
                descend(low, goesRight, &box) { compare($0, high, &$1, &search) }
            }
        } else if !node(high.place).isLeaf {
            for goesRight in [false, true] {
                descend(high, goesRight, &box) { compare(low, $0, &$1, &search) }
            }
        } else {
            search.isRefuted = true
        }
    }

    /// Goes from a side to one child of its node.
    private func descend(
        _ side: Side,
        _ goesRight: Bool,
        _ box: inout FeatureBox,
        _ body: (Side, inout FeatureBox) -> Void
    ) {
        let node = node(side.place)
        let child = Int(node.left) + (goesRight ? 1 : 0)
        if node.feature == feature {
            let range = box.narrowed(side.range, by: node, goesRight: goesRight)
            body(Side(place: child, range: range), &box)
        } else {
            box.descend(node, goesRight: goesRight) {
                body(Side(place: child, range: side.range), &$0)
            }
        }
    }
}
