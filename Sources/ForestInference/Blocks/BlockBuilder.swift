// SPDX-License-Identifier: Apache-2.0

/// Writes trees into heap-ordered blocks.
struct BlockBuilder {
    private(set) var tops: [UInt8]
    private(set) var bottoms: [UInt8]
    /// Blocks below a bottom, and below each other.
    private(set) var deeps: [UInt8] = []
    private(set) var values: [Float]
    /// For each value 0, or 1 + the deeper block its path goes on in.
    private(set) var links: [UInt32] = []
    /// Where the values of deeper blocks begin.
    let deepValues: Int
    private let isFlat: Bool
    /// The node at each heap index of the block at hand; a leaf is its own child.
    private var heap = BlockSource.Heap(repeating: 0)

    init(treeCount: Int, isFlat: Bool) {
        self.isFlat = isFlat
        // Until a node is written its cut is 255, which no byte exceeds: it leads left. Its slot
        // names no byte; vectors of bytes are picked from all the same.
        tops = [UInt8](repeating: 255, count: treeCount * (isFlat ? 128 : 64))
        bottoms = [UInt8](repeating: 255, count: isFlat ? 0 : treeCount * 2_048)
        deepValues = treeCount * (isFlat ? 64 : 1_024)
        values = [Float](repeating: 0, count: deepValues)
    }

    /// Bytes written.
    var byteCount: Int {
        tops.count + bottoms.count + deeps.count + 4 * (values.count + links.count)
    }

    /// Writes tree number `tree` of `forest`.
    mutating func append(_ forest: Forest, plan: SlotPlan, tree: Int) {
        let start = forest.treeStarts[tree]
        let source = BlockSource(forest: forest, plan: plan, start: start)
        if isFlat {
            source.write(root: start, levels: 6, into: &tops, tree * 128, 64, &heap)
            for leaf in 0..<64 { values[tree * 64 + leaf] = forest.nodes[node(64 + leaf)].value }
            return
        }
        let top = tree / 2 * 128 + tree % 2 * 32
        source.write(root: start, levels: 5, into: &tops, top, 64, &heap)
        let roots = heap
        for bottom in 0..<32 {
            let root = Int(roots[32 + bottom])
            let place = tree * 1_024 + bottom * 32
            guard !forest.nodes[root].isLeaf else {
                for leaf in 0..<32 { values[place + leaf] = forest.nodes[root].value }
                continue
            }
            let block = tree * 2_048 + bottom * 64
            source.write(root: root, levels: 5, into: &bottoms, block, 32, &heap)
            end(source, place: place)
        }
    }

    /// Gives the 32 ends of the block at hand their values, or deeper blocks.
    private mutating func end(_ source: BlockSource, place: Int) {
        let forest = source.forest
        // Splits that begin a deeper block, with the place that leads there.
        var pending: [(node: Int, place: Int)] = []
        endLeaves(forest, place, &pending)
        while let (root, place) = pending.popLast() {
            let block = deeps.count / 64
            // These bytes are read one by one: slot 0 is always there.
            deeps.append(contentsOf: repeatElement(0, count: 32))
            deeps.append(contentsOf: repeatElement(255, count: 32))
            source.write(root: root, levels: 5, into: &deeps, block * 64, 32, &heap)
            let first = values.count
            values.append(contentsOf: repeatElement(0, count: 32))
            if links.count < values.count {
                links.append(contentsOf: repeatElement(0, count: values.count - links.count))
            }
            links[place] = UInt32(block + 1)
            endLeaves(forest, first, &pending)
        }
    }

    private mutating func endLeaves(
        _ forest: Forest,
        _ place: Int,
        _ pending: inout [(node: Int, place: Int)]
    ) {
        for leaf in 0..<32 {
            let end = node(32 + leaf)
            if forest.nodes[end].isLeaf {
                values[place + leaf] = forest.nodes[end].value
            } else {
                pending.append((end, place + leaf))
            }
        }
    }

    private func node(_ index: Int) -> Int { Int(heap[index]) }
}

/// The tree whose blocks are written.
private struct BlockSource {
    typealias Heap = InlineArray<128, Int32>

    let forest: Forest
    let plan: SlotPlan
    /// The tree's first node.
    let start: Int

    /// Writes a block of `levels` levels and leaves its nodes in `heap`: the slot of heap index i
    /// stands at `place + 2^levels - 1 - i`, its cut `cutOffset` after it.
    func write(
        root: Int,
        levels: Int,
        into bytes: inout [UInt8],
        _ place: Int,
        _ cutOffset: Int,
        _ heap: inout Heap
    ) {
        var bytes = bytes.mutableSpan
        heap[1] = Int32(root)
        let last = 1 << levels - 1
        for index in 1...last {
            let node = heap[index]
            let split = plan.splits[Int(node)]
            bytes[place + last - index] = UInt8(truncatingIfNeeded: split.slot)
            bytes[place + last - index + cutOffset] = split.cut
            // No branch: whether a node is a leaf has no pattern. A leaf is its own child.
            let source = forest.nodes[Int(node)]
            let isSplit: Int32 = source.isLeaf ? 0 : 1
            let left = source.isLeaf ? node : Int32(start) + Int32(bitPattern: source.left)
            heap[2 * index] = left
            heap[2 * index + 1] = left + isSplit
        }
    }
}
