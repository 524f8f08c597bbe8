// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// What one tree adds while a feature passes one threshold, everywhere that it could be.
struct ThresholdStep {
    /// Rows in which the tree adds the same.
    struct Piece {
        /// Splits that the rows pass, and the way they go.
        let path: [(node: Forest.Node, goesRight: Bool)]
        /// The tree's value at the threshold less that right below it, times the sign.
        let rise: Double
    }

    /// They hold every row, and each once; by rise.
    let pieces: [Piece]

    /// The smallest rise.
    var lowest: Double { pieces[0].rise }

    /// - Returns: nil where the tree has no split with this threshold, which it then passes
    ///   unmoved.
    init?(
        _ nodes: ArraySlice<Forest.Node>,
        feature: Int,
        threshold: Float,
        _ direction: MonotoneDirection
    ) {
        var walk = Walk(nodes, feature, threshold, Double(direction.sign))
        guard walk.splits[0] else { return nil }
        walk.visit(0)
        pieces = walk.pieces.sorted { $0.rise < $1.rise }
    }

    private struct Walk {
        let nodes: ArraySlice<Forest.Node>
        let feature: Int
        let threshold: Float
        let sign: Double
        /// Whether the node or one below it splits at the threshold.
        private(set) var splits: [Bool]
        private(set) var pieces: [Piece] = []
        private var path: [(node: Forest.Node, goesRight: Bool)] = []

        init(
            _ nodes: ArraySlice<Forest.Node>,
            _ feature: Int,
            _ threshold: Float,
            _ sign: Double
        ) {
            self.nodes = nodes
            self.feature = feature
            self.threshold = threshold
            self.sign = sign
            splits = Array(repeating: false, count: nodes.count)
            for (place, node) in nodes.enumerated().reversed() where !node.isLeaf {
                let left = Int(node.left)
                let isHere = node.feature == feature && node.value == threshold
                splits[place] = isHere || splits[left] || splits[left + 1]
            }
        }

        private func node(_ place: Int) -> Forest.Node { nodes[nodes.startIndex + place] }

        /// Both values of the feature are at `place`.
        mutating func visit(_ place: Int) {
            guard splits[place] else {
                pieces.append(Piece(path: path, rise: 0))
                return
            }
            let node = node(place)
            let left = Int(node.left)
            if node.feature != feature {
                forBothWays(node) { $0.visit(left + $1) }
            } else if node.value == threshold {
                visit(left, left + 1)
            } else {
                visit(left + (threshold < node.value ? 0 : 1))
            }
        }

        /// The value below the threshold is at `low` and the threshold at `high`.
        private mutating func visit(_ low: Int, _ high: Int) {
            let (lowNode, highNode) = (node(low), node(high))
            if !lowNode.isLeaf {
                let left = Int(lowNode.left)
                if lowNode.feature == feature {
                    // What is right below the threshold is on the left of it as well.
                    visit(left + (threshold <= lowNode.value ? 0 : 1), high)
                } else {
                    forBothWays(lowNode) { $0.visit(left + $1, high) }
                }
            } else if !highNode.isLeaf {
                let left = Int(highNode.left)
                if highNode.feature == feature {
                    visit(low, left + (threshold < highNode.value ? 0 : 1))
                } else {
                    forBothWays(highNode) { $0.visit(low, left + $1) }
                }
            } else {
                let rise = (Double(highNode.value) - Double(lowNode.value)) * sign
                pieces.append(Piece(path: path, rise: rise))
            }
        }

        private mutating func forBothWays(_ node: Forest.Node, _ body: (inout Self, Int) -> Void) {
            for goesRight in [false, true] {
                path.append((node, goesRight))
                body(&self, goesRight ? 1 : 0)
                path.removeLast()
            }
        }
    }
}
