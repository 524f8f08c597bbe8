// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees of six levels or fewer whose splits compare keys, in heap order.
///
/// A leaf above the last level fills the values of all paths below it; the nodes there have a
/// number that no key is above, and so lead left.
///
/// Proof of bounds: heap indices stay within a tree by construction of the walk, trees are padded
/// to a multiple of 32, and key places are those of the plan, for whose keys the scratch has room.
struct KeyedForest: Sendable {
    /// Splits on a path.
    static let depthMax = BlockForest.flatDepthMax
    private static let nodesOfTree = 64

    private let nodes: AlignedStorage
    private let values: AlignedStorage
    private let treeCount: Int

    /// Arranges `forest`; nil where trees are too deep or too many.
    init?(_ forest: Forest, plan: SlotPlan, depths: [Int], keys: SlotKeys) {
        let padded = (forest.treeCount + 31) / 32 * 32
        let byteCount = padded * Self.nodesOfTree * (MemoryLayout<cfk_keyed_node>.stride + 4)
        guard forest.treeCount > 0, depths.allSatisfy({ $0 <= Self.depthMax }),
            byteCount <= BlockForest.bytesMax
        else { return nil }
        treeCount = forest.treeCount
        let end = cfk_keyed_node(below: .max, column: 0)
        var nodes = [cfk_keyed_node](repeating: end, count: padded * Self.nodesOfTree)
        var values = [Float](repeating: 0, count: padded * Self.nodesOfTree)
        var heap = [Int](repeating: 0, count: 2 * Self.nodesOfTree)
        for tree in 0..<forest.treeCount {
            let start = forest.treeStarts[tree]
            let place = tree * Self.nodesOfTree
            heap[1] = start
            for index in 1..<Self.nodesOfTree {
                let node = forest.nodes[heap[index]]
                // A leaf is its own child.
                let left = node.isLeaf ? heap[index] : start + Int(node.left)
                heap[2 * index] = left
                heap[2 * index + 1] = node.isLeaf ? left : left + 1
                if !node.isLeaf { nodes[place + index] = keys.node(plan.splits[heap[index]]) }
            }
            for leaf in 0..<Self.nodesOfTree {
                values[place + leaf] = forest.nodes[heap[Self.nodesOfTree + leaf]].value
            }
        }
        self.nodes = AlignedStorage(nodes)
        self.values = AlignedStorage(values)
    }

    var byteCount: Int { nodes.byteCount + values.byteCount }

    /// Adds the leaves of a row to `margin`.
    func score(row keys: UnsafePointer<UInt32>, _ margin: inout Float, tier: KernelTier) {
        var forest = unsafe kernelForest
        let score =
            unsafe tier == .avx512vbmi
            ? cfk_score_keyed_row_avx512 : cfk_score_keyed_row_portable
        margin = unsafe score(&forest, keys, margin)
    }

    /// Adds the leaves of `rowCount` rows, of which a tile has the keys, to `margins`.
    func score(
        tile: UnsafePointer<UInt32>,
        rowCount: Int,
        margins: UnsafeMutablePointer<Float>
    ) {
        var forest = unsafe kernelForest
        unsafe cfk_score_keyed_rows_avx512(&forest, tile, rowCount, margins)
    }

    /// The forest as the kernels see it; valid while `self` lives.
    private var kernelForest: cfk_keyed_forest {
        unsafe cfk_keyed_forest(
            nodes: nodes.pointer(to: cfk_keyed_node.self),
            values: values.pointer(to: Float.self),
            tree_count: treeCount
        )
    }
}
