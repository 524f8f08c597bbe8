// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Generated code and leaf values of all trees, one after the other.
struct SlicedAssembly {
    private(set) var trees: [cfk_sliced_tree] = []
    private(set) var tables: LeafTables
    private(set) var writer: PlaneWriter

    private let forest: Forest
    /// The condition of each node.
    private let conditions: [Int32]
    /// Splits on the longest path below each node.
    private let heights: [UInt8]
    /// Heights of code blocks, the best one for this forest first.
    private var blockHeights = [2, 4]
    /// What a lookup costs, in operations.
    private static let chunkCost = 56
    /// About the bytes of code for a node.
    private static let nodeBytes = 16
    /// Trees of the forest that the best height is found by.
    private static let sampleCount = 32

    /// An assembly for the trees of `range`.
    init(
        _ forest: Forest,
        _ index: ConditionIndex,
        heights: [UInt8],
        _ range: Range<Int>,
        lookup: LeafLookup
    ) {
        self.forest = forest
        let nodeCount = forest.treeStarts[range.upperBound] - forest.treeStarts[range.lowerBound]
        tables = LeafTables(lookup, valueCount: nodeCount / 2)
        conditions = index.ofNode
        self.heights = heights
        writer = PlaneWriter(
            capacity: nodeCount * Self.nodeBytes,
            conditionCount: index.conditions.count
        )
        let step = max(1, forest.treeCount / Self.sampleCount)
        let samples = stride(from: range.lowerBound, to: range.upperBound, by: step)
        let costs = blockHeights.map { blockHeight in
            (height: blockHeight, cost: samples.reduce(0) { $0 + cost($1, blockHeight) })
        }
        blockHeights = costs.sorted { $0.cost < $1.cost }.map(\.height)
    }

    private func walk(_ tree: Int, _ blockHeight: Int) -> PlaneWalk {
        let range = forest.treeStarts[tree]..<forest.treeStarts[tree + 1]
        return PlaneWalk(
            forest.nodes[range],
            conditions: conditions[range],
            heights: heights[range],
            blockHeight: blockHeight
        )
    }

    /// What a tree costs with blocks of this height; a tree that does not fit is dear.
    private func cost(_ tree: Int, _ blockHeight: Int) -> Int {
        var walk = walk(tree, blockHeight)
        var counter = PlaneCounter()
        guard walk.run(&counter) != nil else { return 1 << 20 }
        return Int(counter.operationCount)
            + Self.chunkCost * LeafCodes.chunkCount(walk.codeCount)
    }

    /// Appends a tree; false if it has too many leaves.
    mutating func append(_ tree: Int) -> Bool {
        let start = writer.byteCount
        for blockHeight in blockHeights {
            writer.begin()
            var walk = walk(tree, blockHeight)
            guard let planes = walk.run(&writer) else {
                writer.cancel(at: start)
                continue
            }
            let planeCount = Int.bitWidth - max(0, walk.codeCount - 1).leadingZeroBitCount
            writer.end(planes, count: planeCount)
            appendTree(start: start, codeCount: walk.codeCount, planeCount: planeCount)
            return true
        }
        return false
    }

    private mutating func appendTree(start: Int, codeCount: Int, planeCount: Int) {
        trees.append(
            cfk_sliced_tree(
                table_offset: tables.append(writer.values.span, codeCount: codeCount),
                program_offset: UInt32(start),
                chunk_count: UInt16(LeafCodes.chunkCount(codeCount)),
                plane_count: UInt16(planeCount)
            )
        )
    }
}
