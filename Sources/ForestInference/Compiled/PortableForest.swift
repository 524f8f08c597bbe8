// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees for the portable kernel: one flat array of nodes.
///
/// Proof of bounds: `left` of a split is its children's place, and the right child lies beside it
/// (validated by ``Forest``); a leaf is its own left child and its cut of 255 is never exceeded;
/// slots come from the slot plan, and a row holds at least 64 bytes.
struct PortableForest: Sendable {
    private let nodes: AlignedStorage
    private let values: AlignedStorage
    private let roots: AlignedStorage
    private let depths: AlignedStorage
    private let treeCount: Int

    init(_ forest: Forest, plan: SlotPlan) {
        treeCount = forest.treeCount
        var starts: [UInt32] = []
        var treeDepths: [UInt32] = []
        for tree in 0..<forest.treeCount {
            starts.append(UInt32(forest.treeStarts[tree]))
            treeDepths.append(UInt32(forest.depth(ofTree: tree)))
        }
        roots = AlignedStorage(starts)
        depths = AlignedStorage(treeDepths)
        values = AlignedStorage(forest.nodes.map { $0.isLeaf ? $0.value : 0 })
        nodes = AlignedStorage(Self.nodes(of: forest, plan: plan))
    }

    var byteCount: Int {
        nodes.byteCount + values.byteCount + roots.byteCount + depths.byteCount
    }

    private static func nodes(of forest: Forest, plan: SlotPlan) -> [cfk_node] {
        var nodes: [cfk_node] = []
        nodes.reserveCapacity(forest.nodes.count)
        for tree in 0..<forest.treeCount {
            let start = forest.treeStarts[tree]
            for index in start..<forest.treeStarts[tree + 1] {
                let node = forest.nodes[index]
                let split = plan.splits[index]
                nodes.append(
                    cfk_node(
                        left: node.isLeaf ? UInt32(index) : UInt32(start) + node.left,
                        slot: split.slot,
                        cut: split.cut,
                        reserved: 0
                    )
                )
            }
        }
        return nodes
    }

    /// Adds the leaves of `rowCount` row-major rows to `margins`.
    func score(
        rows: UnsafePointer<UInt8>,
        rowStride: Int,
        rowCount: Int,
        margins: UnsafeMutablePointer<Float>
    ) {
        var forest = unsafe cfk_portable_forest(
            nodes: nodes.pointer(to: cfk_node.self),
            values: values.pointer(to: Float.self),
            roots: roots.pointer(to: UInt32.self),
            depths: depths.pointer(to: UInt32.self),
            tree_count: treeCount
        )
        unsafe cfk_score_portable(&forest, rows, rowStride, rowCount, margins)
    }
}
