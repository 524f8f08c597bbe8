// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees for the portable kernel: one flat array of nodes.
///
/// Proof of bounds: `left` of a split is its children's place, and the right child lies next to it
/// (validated by ``Forest``); a leaf is its own left child and its cut of 255 is never exceeded;
/// slots come from the slot plan, and a row holds at least 64 bytes.
struct PortableForest: Sendable {
    private let nodes: AlignedStorage
    private let values: AlignedStorage
    private let roots: AlignedStorage
    private let depths: AlignedStorage
    private let treeCount: Int

    init(_ forest: Forest, plan: SlotPlan, depths: [Int]) {
        treeCount = forest.treeCount
        roots = AlignedStorage(forest.treeStarts.dropLast().map { UInt32($0) })
        self.depths = AlignedStorage(depths.map { UInt32($0) })
        nodes = Self.nodes(of: forest, plan: plan)
        values = Self.values(of: forest)
    }

    var byteCount: Int {
        nodes.byteCount + values.byteCount + roots.byteCount + depths.byteCount
    }

    /// One entry a node; every one of them is written.
    private static func nodes(of forest: Forest, plan: SlotPlan) -> AlignedStorage {
        let byteCount = forest.nodes.count * MemoryLayout<cfk_node>.stride
        return unsafe AlignedStorage(byteCount: byteCount) { bytes in
            let nodes = unsafe bytes.bindMemory(to: cfk_node.self)
            for tree in 0..<forest.treeCount {
                let start = forest.treeStarts[tree]
                for index in start..<forest.treeStarts[tree + 1] {
                    let node = forest.nodes[index]
                    let split = plan.splits[index]
                    unsafe nodes[index] = cfk_node(
                        left: node.isLeaf ? UInt32(index) : UInt32(start) + node.left,
                        slot: split.slot,
                        cut: split.cut,
                        reserved: 0
                    )
                }
            }
        }
    }

    /// One entry a node; only those of leaves are read.
    private static func values(of forest: Forest) -> AlignedStorage {
        unsafe AlignedStorage(byteCount: forest.nodes.count * 4) { bytes in
            let values = unsafe bytes.bindMemory(to: Float.self)
            for (index, node) in forest.nodes.enumerated() where node.isLeaf {
                unsafe values[index] = node.value
            }
        }
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
