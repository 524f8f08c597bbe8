// SPDX-License-Identifier: Apache-2.0

// The trees that count, in the order in which a forest has them.

extension ForestBuilder {
    /// The trees of a forest, output after output.
    struct Trees {
        var nodes: [Forest.Node]
        var treeStarts: [Int]
        var outputStarts: [Int]
        var categorySets: [Forest.CategorySet]
        /// Covers of the nodes; nil unless every tree of the document says its own.
        var covers: [Float]?
        /// The place of each tree among those of the builder.
        var places: [Int]

        /// Weighs the leaves of all trees.
        mutating func weigh(_ weights: LeafWeights, leafValueCount: Int) throws(ForestError) {
            for output in 0..<outputStarts.count - 1 {
                for tree in outputStarts[output]..<outputStarts[output + 1] {
                    let place = places[tree] / leafValueCount
                    for index in treeStarts[tree]..<treeStarts[tree + 1] where nodes[index].isLeaf {
                        let leaf = nodes[index].value
                        let value = weights.weighed(leaf, tree: place, output: output)
                        guard value.isFinite else {
                            throw .invalidValue(field: BoosterKey.treeWeights.rawValue)
                        }
                        nodes[index].value = value
                    }
                }
            }
        }
    }

    /// Some trees, those of one output together.
    /// - Parameters:
    ///   - groups: the output of each tree.
    ///   - weights: what their leaves are multiplied by.
    func trees(
        _ range: Range<Int>,
        groups: [Int],
        outputCount: Int,
        weights: LeafWeights?
    ) throws(ForestError) -> Trees {
        // Sets are kept in order of first use.
        let sets = sets.sets
        let end = range.upperBound
        let setCount = end == treeCount ? sets.count : end > 0 ? setCounts[end - 1] : 0
        var trees = Trees(
            nodes: nodes,
            treeStarts: treeStarts,
            outputStarts: [0, range.count],
            categorySets: setCount == sets.count ? sets : Array(sets[..<setCount]),
            covers: covers.count == nodes.count ? covers : nil,
            places: Array(range)
        )
        if outputCount > 1 {
            gather(&trees, range, groups: groups, outputCount: outputCount)
        } else if range.count < treeCount {
            let first = treeStarts[range.lowerBound]
            trees.nodes = Array(nodes[first..<treeStarts[end]])
            trees.covers = trees.covers.map { Array($0[first..<treeStarts[end]]) }
            trees.treeStarts = treeStarts[range.lowerBound...end].map { $0 - first }
        }
        if let weights { try trees.weigh(weights, leafValueCount: leafValueCount) }
        return trees
    }

    /// Puts the trees of each output together.
    private func gather(
        _ trees: inout Trees,
        _ range: Range<Int>,
        groups: [Int],
        outputCount: Int
    ) {
        var treesOfOutput = [[Int]](repeating: [], count: outputCount)
        for tree in range { treesOfOutput[groups[tree]].append(tree) }
        trees.places = treesOfOutput.flatMap { $0 }
        let hasCovers = trees.covers != nil
        if hasCovers { trees.covers = [] }
        trees.nodes = []
        trees.nodes.reserveCapacity(treeStarts[range.upperBound] - treeStarts[range.lowerBound])
        trees.treeStarts = [0]
        trees.outputStarts = [0]
        for list in treesOfOutput {
            for tree in list {
                let own = treeStarts[tree]..<treeStarts[tree + 1]
                trees.nodes += nodes[own]
                if hasCovers { trees.covers?.append(contentsOf: covers[own]) }
                trees.treeStarts.append(trees.nodes.count)
            }
            trees.outputStarts.append(trees.treeStarts.count - 1)
        }
    }
}
