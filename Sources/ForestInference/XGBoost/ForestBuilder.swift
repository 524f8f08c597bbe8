// SPDX-License-Identifier: Apache-2.0

/// Checks trees one by one and puts them into breadth-first order.
struct ForestBuilder {
    private(set) var nodes: [Forest.Node] = []
    private(set) var treeStarts = [0]
    private var sets = CategorySetTable()
    /// Category sets after each tree.
    private var setCounts: [Int] = []
    /// Features that trees say the model has: each new count, with the tree that says it.
    private(set) var statedFeatureCounts: [(count: String, tree: Int)] = []
    /// The largest feature any split names, or -1.
    private(set) var featureMax = -1
    /// Where `featureMax` was seen: tree and node.
    private(set) var featureMaxPlace = (tree: 0, node: 0)

    var treeCount: Int { treeStarts.count - 1 }
    var nodeCount: Int { nodes.count }

    /// XGBoost's feature number of a node that pruning has deleted.
    private static let deletedFeature = Int32.max

    /// Appends `tree` in breadth-first order.
    ///
    /// A child must come after its parent in the file, as in every tree XGBoost grows. Together
    /// with one parent for each node this excludes cycles.
    mutating func append(_ tree: TreeDocument) throws(ForestError) {
        let source = try TreeArrays(tree, index: treeCount)
        var categories = try TreeCategories(tree, index: treeCount, nodeCount: source.count)
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
            let left = UInt32(order.count)
            if let children = try source.children(of: node, claimed: &isClaimed) {
                order.append(children.left)
                order.append(children.right)
                nodes.append(try split(source, node, left: left, &categories))
            } else {
                nodes.append(try leaf(source, node))
            }
            position += 1
        }
        try checkUnreachable(source, isClaimed)
        if statedFeatureCounts.last?.count != source.featureCount {
            statedFeatureCounts.append((source.featureCount, treeCount))
        }
        treeStarts.append(nodes.count)
        setCounts.append(sets.sets.count)
    }

    /// The trees of a forest, output after output.
    struct Trees {
        var nodes: [Forest.Node]
        var treeStarts: [Int]
        var outputStarts: [Int]
        var categorySets: [Forest.CategorySet]
    }

    /// The first `count` trees, those of one output together.
    /// - Parameter groups: the output of each tree.
    func first(_ count: Int, groups: [Int], outputCount: Int) -> Trees {
        // Sets are kept in order of first use.
        let sets = sets.sets
        let setCount = count == treeCount ? sets.count : count > 0 ? setCounts[count - 1] : 0
        var trees = Trees(
            nodes: nodes,
            treeStarts: treeStarts,
            outputStarts: [0, count],
            categorySets: setCount == sets.count ? sets : Array(sets[..<setCount])
        )
        guard outputCount > 1 else {
            if count < treeCount {
                trees.nodes = Array(nodes[..<treeStarts[count]])
                trees.treeStarts = Array(treeStarts[...count])
            }
            return trees
        }
        var treesOfOutput = [[Int]](repeating: [], count: outputCount)
        for tree in 0..<count { treesOfOutput[groups[tree]].append(tree) }
        trees.nodes = []
        trees.nodes.reserveCapacity(treeStarts[count])
        trees.treeStarts = [0]
        trees.outputStarts = [0]
        for list in treesOfOutput {
            for tree in list {
                trees.nodes += nodes[treeStarts[tree]..<treeStarts[tree + 1]]
                trees.treeStarts.append(trees.nodes.count)
            }
            trees.outputStarts.append(trees.treeStarts.count - 1)
        }
        return trees
    }

    private func leaf(_ source: TreeArrays, _ node: Int) throws(ForestError) -> Forest.Node {
        let value = source.conditions[node]
        guard value.isFinite else { throw .invalidTree(treeCount, .value(node: node)) }
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
            throw .invalidTree(treeCount, .feature(node: node))
        }
        if Int(feature) > featureMax {
            featureMax = Int(feature)
            featureMaxPlace = (treeCount, node)
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
        guard value.isFinite else { throw .invalidTree(treeCount, .value(node: node)) }
        return Forest.Node(value: value, bits: bits, left: left)
    }

    /// Every node is the root, somebody's child, or marked as deleted; the tree says how many are.
    private func checkUnreachable(_ source: TreeArrays, _ claimed: [Bool]) throws(ForestError) {
        var deletedCount = 0
        for node in 1..<max(1, source.count) where !claimed[node] {
            guard source.features[node] == Self.deletedFeature else {
                throw .invalidTree(treeCount, .unreachable(node: node))
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
        throw .invalidTree(treeCount, fault)
    }
}
