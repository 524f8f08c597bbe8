// SPDX-License-Identifier: Apache-2.0

/// A gradient-boosted forest as loaded: validated, and not yet arranged for speed.
///
/// Every tree lies in breadth-first order: children come after their parent, the right child right
/// after the left one, and nothing is unreachable. Prediction follows XGBoost: `value < threshold`
/// goes left, a missing value (NaN) goes the default way, and the margin is the base margin plus
/// the leaves, added in tree order in float32. Of several outputs each has trees and a margin of
/// its own. Trees after the best iteration of early stopping do not count, and are not there.
public struct Forest: Sendable, Equatable {
    /// The training objective.
    public let objective: Objective
    /// The prediction of each output before any tree, as the model has it: a probability, a mean,
    /// or a margin, by the objective.
    public let baseScores: [Float]
    /// The margin of each output before the first tree.
    public let baseMargins: [Float]
    /// Whether the base margin is added after the leaves, as XGBoost did to 1.2: the sum of floats
    /// depends on their order.
    public let addsBaseLast: Bool
    /// Whether what is predicted for a row is in rising order, as XGBoost has quantiles since 3.4:
    /// where margins cross, predictions do not.
    public let sortsOutputs: Bool
    /// Columns of the prepared matrix.
    public let featureCount: Int
    /// Names of the columns; empty where the model has none.
    public let featureNames: [String]
    /// XGBoost's types of the columns (`float`, `int`, `i`, `q`, `c`); empty where it has none.
    public let featureTypes: [String]
    /// Features whose categories the model has in an order of its own: a value is the code of a
    /// category, never the category itself. Rising.
    public let encodedFeatures: [Int]
    /// What the categories of these features are called, in the order of their codes, by feature;
    /// numbers as texts. Nothing where the model does not say it, as before XGBoost 3.1.
    public let categories: [Int: [String]]
    /// Which iterations count, where the model says which one was the best, or others were asked
    /// for.
    public let earlyStopping: EarlyStopping?
    /// All nodes, tree after tree.
    public let nodes: [Node]
    /// Where each tree begins in `nodes`; one more entry than trees.
    public let treeStarts: [Int]
    /// Where the trees of each output begin; one more entry than outputs.
    public let outputStarts: [Int]
    /// Sets of the categorical splits.
    public let categorySets: [CategorySet]
    /// How much of the training came to each node: sums of second derivatives, as XGBoost has them;
    /// nil where the model does not say. Contributions need them, scores do not.
    public internal(set) var covers: [Float]?
    /// The weights of a linear model, which has no trees.
    public let linear: LinearModel?

    /// What turns margins into predictions.
    public var link: Objective.Link { sortsOutputs ? .sorted : objective.link }

    /// Margins of a row: one, or one for each class or target.
    public var outputCount: Int { baseMargins.count }

    /// Values that scoring writes for a row, row after row: `outputCount` margins, or what the
    /// objective predicts, which is one value where it names a class.
    public func valueCount(of output: ScoreOutput) -> Int {
        output == .probability && link == .argmax ? 1 : outputCount
    }

    /// Trees of the forest, all of which count.
    public var treeCount: Int { treeStarts.count - 1 }

    /// Bytes of the forest.
    var memoryBytes: Int {
        // An array has 32 bytes before its elements, and a long string as many before its text.
        let sets = categorySets.reduce(0) { $0 + 40 + $1.words.count * 4 }
        let names = featureNames + featureTypes + categories.values.joined()
        let texts = names.reduce(0) { $0 + 48 + $1.utf8.count }
        let places = treeStarts.count + outputStarts.count + baseMargins.count
        return nodes.count * MemoryLayout<Node>.stride + 4 * (covers?.count ?? 0)
            + places * MemoryLayout<Int>.stride + sets + texts + (linear?.byteCount ?? 0)
    }

    /// The same forest with the covers of one that has the same trees; nil where it has others, or
    /// does not say them.
    public func takingCovers(of other: Forest) -> Forest? {
        guard let covers = other.covers, nodes == other.nodes, treeStarts == other.treeStarts else {
            return nil
        }
        var forest = self
        forest.covers = covers
        return forest
    }

    /// The trees of output `output` as a forest of one output.
    package func part(ofOutput output: Int) -> Forest {
        guard outputCount > 1 else { return self }
        let trees = outputStarts[output]...outputStarts[output + 1]
        let first = treeStarts[trees.lowerBound]
        return Forest(
            objective: objective,
            baseScores: [baseScores[output]],
            baseMargins: [baseMargins[output]],
            addsBaseLast: addsBaseLast,
            sortsOutputs: false,
            featureCount: featureCount,
            featureNames: featureNames,
            featureTypes: featureTypes,
            encodedFeatures: encodedFeatures,
            categories: categories,
            earlyStopping: earlyStopping,
            nodes: Array(nodes[first..<treeStarts[trees.upperBound]]),
            treeStarts: treeStarts[trees].map { $0 - first },
            outputStarts: [0, trees.count - 1],
            categorySets: categorySets,
            covers: covers.map { Array($0[first..<treeStarts[trees.upperBound]]) },
            linear: nil
        )
    }

    /// The nodes of tree `index`; `Node.left` counts from its first node.
    public func tree(_ index: Int) -> ArraySlice<Node> {
        nodes[treeStarts[index]..<treeStarts[index + 1]]
    }

    /// Places of all splits in `nodes`, rising.
    ///
    /// Splits and leaves take turns without a pattern, so that the processor mispredicts half of the
    /// branches on which of them a node is: passes over all splits do not ask the nodes.
    func splitIndexes() -> [Int32] {
        // An index is written before it is known to count: at most as many as there are nodes.
        unsafe [Int32](unsafeUninitializedCapacity: nodes.count) { indexes, count in
            for index in nodes.indices {
                unsafe indexes[count] = Int32(truncatingIfNeeded: index)
                count += nodes[index].isLeaf ? 0 : 1
            }
        }
    }

    /// Splits on the longest path below each node, at most ``ForestLimits/depthMax``.
    func heights() -> [UInt8] {
        var heights = [UInt8](repeating: 0, count: nodes.count)
        for tree in 0..<treeCount {
            let start = treeStarts[tree]
            var index = treeStarts[tree + 1]
            while index > start {
                index -= 1
                // No branch, as above: a leaf asks the root, and keeps nothing of the answer.
                let node = nodes[index]
                let isSplit: UInt8 = node.isLeaf ? 0 : 1
                let left = start + Int(node.left)
                let lower = max(heights[left], heights[left + Int(isSplit)])
                heights[index] = (lower + 1) & (0 &- isSplit)
            }
        }
        return heights
    }

    /// Splits on the longest path of tree `index`.
    public func depth(ofTree index: Int) -> Int {
        let nodes = tree(index)
        // In breadth-first order the last node is one of the deepest; follow the first of each
        // level instead of parents, which are not stored.
        var depth = 0
        var level = nodes.startIndex..<nodes.startIndex + 1
        while true {
            let internalCount = nodes[level].count { !$0.isLeaf }
            if internalCount == 0 { return depth }
            level = level.upperBound..<level.upperBound + 2 * internalCount
            depth += 1
        }
    }
}

extension Forest {
    /// A split or a leaf.
    public struct Node: Sendable, Equatable {
        /// The threshold of a numeric split, or the value of a leaf.
        public var value: Float
        /// Feature and flags in one word.
        var bits: UInt32
        /// The left child, counted from the tree's first node; the right one follows. 0: a leaf.
        public var left: UInt32

        static let leafBit: UInt32 = 1 << 31
        static let defaultLeftBit: UInt32 = 1 << 30
        static let categoricalBit: UInt32 = 1 << 29
        static let featureMask: UInt32 = (1 << 24) - 1
        static let knownBits = leafBit | defaultLeftBit | categoricalBit | featureMask

        /// Whether the node has no children.
        public var isLeaf: Bool { bits & Self.leafBit != 0 }
        /// Whether a missing value goes left.
        public var defaultsLeft: Bool { bits & Self.defaultLeftBit != 0 }
        /// Whether the split asks for membership in a category set.
        public var isCategorical: Bool { bits & Self.categoricalBit != 0 }
        /// The column the split looks at.
        public var feature: Int { Int(bits & Self.featureMask) }
        /// For a categorical split: its set's position in `categorySets`.
        public var categorySet: Int { Int(value.bitPattern) }
    }

    /// The categories that a split sends right.
    public struct CategorySet: Sendable, Hashable {
        /// One bit a category, lowest first; no empty word at the end.
        public let words: [UInt32]

        /// Whether `value` goes right. What is no category at all goes left, as in libxgboost 1.7.
        public func contains(_ value: Float) -> Bool {
            guard value >= 0, value < Float(words.count * 32) else { return false }
            let category = Int(value)
            return words[category >> 5] >> UInt32(category & 31) & 1 != 0
        }
    }
}
