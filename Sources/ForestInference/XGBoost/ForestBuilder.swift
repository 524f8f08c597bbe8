// SPDX-License-Identifier: Apache-2.0

/// Checks trees one by one and puts them into breadth-first order.
struct ForestBuilder {
    private(set) var nodes: [Forest.Node] = []
    private(set) var treeStarts = [0]
    /// Covers of the nodes, as long as every tree says them.
    private(set) var covers: [Float] = []
    private(set) var sets = CategorySetTable()
    /// Category sets after each tree.
    private(set) var setCounts: [Int] = []
    /// Features that trees say the model has: each new count, with the tree that says it.
    private(set) var statedFeatureCounts: [(count: String, tree: Int)] = []
    /// The largest feature any split names, or -1.
    private(set) var featureMax = -1
    /// Where `featureMax` was seen: tree and node.
    private(set) var featureMaxPlace = (tree: 0, node: 0)

    /// Trees as written: one with several values a leaf is as many trees here.
    private(set) var documentTreeCount = 0
    /// Values of a leaf; the same in all trees.
    private(set) var leafValueCount = 1

    var treeCount: Int { treeStarts.count - 1 }
    var nodeCount: Int { nodes.count }

    /// XGBoost's feature number of a node that pruning has deleted.
    private static let deletedFeature = Int32.max

    /// Appends `tree` in breadth-first order.
    ///
    /// A child must come after its parent in the file, as in every tree XGBoost grows. Together
    /// with one parent for each node this excludes cycles.
    mutating func append(_ tree: TreeDocument) throws(ForestError) {
        let index = documentTreeCount
        let source = try TreeArrays(tree, index: index)
        var categories = try TreeCategories(tree, index: index, nodeCount: source.count)
        let values = try checkedLeafValues(source)
        // `order` lists file positions breadth-first; it grows while it is walked.
        var order: [Int] = [0]
        var isClaimed = [Bool](repeating: false, count: source.count)
        var levelEnd = 1
        var depth = 0
        var position = 0
        while position < order.count {
            if position == levelEnd {
                depth += 1
                levelEnd = order.count
                guard depth <= ForestLimits.depthMax else {
                    throw .tooLarge(.depth, count: depth, limit: ForestLimits.depthMax)
                }
            }
            let node = order[position]
            if !source.covers.isEmpty { covers.append(source.covers[node]) }
            let left = UInt32(order.count)
            if let children = try source.children(of: node, claimed: &isClaimed) {
                order.append(children.left)
                order.append(children.right)
                nodes.append(try split(source, node, left: left, &categories))
            } else {
                nodes.append(try leaf(values, node))
            }
            position += 1
        }
        try checkUnreachable(source, isClaimed)
        if statedFeatureCounts.last?.count != source.featureCount {
            statedFeatureCounts.append((source.featureCount, index))
        }
        endTree()
        try repeatTree(order, values)
        documentTreeCount += 1
    }

    private mutating func endTree() {
        treeStarts.append(nodes.count)
        setCounts.append(sets.sets.count)
    }

    /// The tree once more for each further value of its leaves.
    private mutating func repeatTree(_ order: [Int], _ values: LeafValues) throws(ForestError) {
        guard values.count > 1 else { return }
        let needed = nodes.count + order.count * (values.count - 1)
        guard needed <= ForestLimits.nodesMax else {
            throw .tooLarge(.nodes, count: needed, limit: ForestLimits.nodesMax)
        }
        guard treeCount + values.count - 1 <= ForestLimits.treesMax else {
            let count = treeCount + values.count - 1
            throw .tooLarge(.trees, count: count, limit: ForestLimits.treesMax)
        }
        let first = treeStarts[treeCount - 1]
        let covers = covers.suffix(from: min(first, covers.count))
        for output in 1..<values.count {
            for (offset, place) in order.enumerated() {
                let node = nodes[first + offset]
                nodes.append(node.isLeaf ? try leaf(values, place, output: output) : node)
            }
            self.covers += covers
            endTree()
        }
    }

    private mutating func checkedLeafValues(
        _ source: TreeArrays
    ) throws(ForestError) -> LeafValues {
        let values = source.leafValues
        if documentTreeCount == 0 { leafValueCount = values.count }
        guard values.count == leafValueCount else {
            let fault = ForestError.TreeFault.wrongCount(
                field: TreeParameterKey.leafVectorSize.rawValue,
                stated: "\(values.count)",
                found: leafValueCount
            )
            throw .invalidTree(documentTreeCount, fault)
        }
        return values
    }

    private func leaf(
        _ values: LeafValues,
        _ node: Int,
        output: Int = 0
    ) throws(ForestError) -> Forest.Node {
        guard let value = values.value(node: node, output: output), value.isFinite else {
            throw .invalidTree(documentTreeCount, .value(node: node))
        }
        return Forest.Node(value: value, bits: Forest.Node.leafBit, left: 0)
    }

    private mutating func split(
        _ source: TreeArrays,
        _ node: Int,
        left: UInt32,
        _ categories: inout TreeCategories
    ) throws(ForestError) -> Forest.Node {
        let feature = source.features[node]
        guard feature >= 0, feature < ForestLimits.featuresMax else {
            throw .invalidTree(documentTreeCount, .feature(node: node))
        }
        if Int(feature) > featureMax {
            featureMax = Int(feature)
            featureMaxPlace = (documentTreeCount, node)
        }
        var bits = UInt32(feature)
        if source.defaultLeft[node] != 0 { bits |= Forest.Node.defaultLeftBit }
        if source.isCategorical(node) {
            let position = try categories.position(ofNode: node, in: &sets)
            let value = Float(bitPattern: UInt32(position))
            bits |= Forest.Node.categoricalBit
            return Forest.Node(value: value, bits: bits, left: left)
        }
        let value = source.conditions[node]
        guard value.isFinite else { throw .invalidTree(documentTreeCount, .value(node: node)) }
        return Forest.Node(value: value, bits: bits, left: left)
    }

    /// Every node is the root, somebody's child, or marked as deleted; the tree says how many are.
    private func checkUnreachable(_ source: TreeArrays, _ claimed: [Bool]) throws(ForestError) {
        var deletedCount = 0
        for node in 1..<max(1, source.count) where !claimed[node] {
            guard source.features[node] == Self.deletedFeature else {
                throw .invalidTree(documentTreeCount, .unreachable(node: node))
            }
            deletedCount += 1
        }
        // XGBoost 1.0 does not say it.
        guard let stated = source.deletedCount, Int(stated) != deletedCount else { return }
        let fault = ForestError.TreeFault.wrongCount(
            field: "num_deleted",
            stated: stated,
            found: deletedCount
        )
        throw .invalidTree(documentTreeCount, fault)
    }
}
