// SPDX-License-Identifier: Apache-2.0

/// Writes trees into heap-ordered blocks.
struct BlockBuilder {
    private(set) var tops: [UInt8]
    private(set) var bottoms: [UInt8]
    private(set) var values: [Float]
    private let isFlat: Bool

    init(treeCount: Int, isFlat: Bool) {
        self.isFlat = isFlat
        // Slots are 0 and cuts 255 until a node is written: such nodes lead left.
        tops = [UInt8](repeating: 0, count: treeCount * (isFlat ? 128 : 64))
        bottoms = [UInt8](repeating: 0, count: isFlat ? 0 : treeCount * 2_048)
        values = [Float](repeating: 0, count: treeCount * (isFlat ? 64 : 1_024))
        for start in stride(from: 0, to: tops.count, by: 128) {
            for byte in start + 64..<start + 128 { tops[byte] = 255 }
        }
        for start in stride(from: 0, to: bottoms.count, by: 64) {
            for byte in start + 32..<start + 64 { bottoms[byte] = 255 }
        }
    }

    /// Writes tree number `tree` of `forest`.
    mutating func append(_ forest: Forest, plan: SlotPlan, tree: Int) {
        let depthMax = isFlat ? BlockForest.flatDepthMax : BlockForest.depthMax
        let start = forest.treeStarts[tree]
        let valueStart = tree << depthMax
        // Nodes still to be written, with depth and path from the root.
        var pending: [(index: Int, depth: Int, path: Int)] = [(start, 0, 0)]
        while let (index, depth, path) = pending.popLast() {
            let node = forest.nodes[index]
            if node.isLeaf {
                let width = depthMax - depth
                let first = valueStart + path << width
                for place in first..<first + 1 << width { values[place] = node.value }
                continue
            }
            write(plan.splits[index], tree: tree, depth: depth, path: path)
            let left = start + Int(node.left)
            pending.append((left, depth + 1, path << 1))
            pending.append((left + 1, depth + 1, path << 1 | 1))
        }
    }

    private mutating func write(_ split: SlotPlan.Split, tree: Int, depth: Int, path: Int) {
        let slot = UInt8(truncatingIfNeeded: split.slot)
        if isFlat {
            let place = tree * 128 + 63 - (1 << depth | path)
            tops[place] = slot
            tops[place + 64] = split.cut
        } else if depth < 5 {
            let place = tree / 2 * 128 + tree % 2 * 32 + 31 - (1 << depth | path)
            tops[place] = slot
            tops[place + 64] = split.cut
        } else {
            let inner = depth - 5
            let heap = 1 << inner | path & (1 << inner - 1)
            let place = tree * 2_048 + (path >> inner) * 64 + 31 - heap
            bottoms[place] = slot
            bottoms[place + 32] = split.cut
        }
    }
}
