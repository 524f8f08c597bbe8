// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees as condition numbers for the units of the kernel without generated code.
///
/// A leaf's code is its path: bit h - 1 of a tree of height h is the decision at the root. A tree
/// is a number of units of six levels, one for each path through the levels above, and the
/// conditions of those levels in the order the kernel joins two units, then two pairs, and so on.
/// A leaf above the last level owns all codes below it; conditions there may be any.
struct UnitAssembly {
    private(set) var trees: [cfk_sliced_tree] = []
    private(set) var tables: LeafTables
    private(set) var numbers: [UInt16] = []

    /// Levels of a unit, and its conditions in heap order.
    static let unitHeight = 6
    static let unitConditions = 63

    init(lookup: LeafLookup) {
        tables = LeafTables(lookup)
    }

    /// Appends a tree of at most ten levels.
    mutating func append(
        _ nodes: ArraySlice<Forest.Node>,
        conditions: ArraySlice<Int32>,
        depth: Int
    ) {
        let height = max(Self.unitHeight, depth)
        var numberOfHeap = [UInt16](repeating: 0, count: 1 << height)
        let codeCount = 1 << height
        let chunkCount = LeafCodes.chunkCount(codeCount)
        var values = [UInt32](repeating: 0, count: chunkCount * LeafCodes.chunk)
        // Nodes still to be placed, with the heap index of each: the root is 1.
        var pending: [(index: Int, heap: Int, depth: Int)] = [(0, 1, 0)]
        while let (index, heap, depth) = pending.popLast() {
            let node = nodes[nodes.startIndex + index]
            if node.isLeaf {
                let width = 1 << (height - depth)
                let first = heap * width - codeCount
                for place in first..<first + width { values[place] = node.value.bitPattern }
                continue
            }
            numberOfHeap[heap] = UInt16(conditions[conditions.startIndex + index])
            pending.append((Int(node.left), 2 * heap, depth + 1))
            pending.append((Int(node.left) + 1, 2 * heap + 1, depth + 1))
        }
        trees.append(
            cfk_sliced_tree(
                table_offset: tables.append(values.span, codeCount: codeCount),
                program_offset: UInt32(numbers.count),
                chunk_count: UInt16(chunkCount),
                plane_count: UInt16(height)
            )
        )
        appendUnits(numberOfHeap, topLevels: height - Self.unitHeight)
    }

    private mutating func appendUnits(_ numberOfHeap: [UInt16], topLevels: Int) {
        for unit in 0..<1 << topLevels {
            let root = 1 << topLevels + unit
            for entry in 1...Self.unitConditions {
                let level = Int.bitWidth - 1 - entry.leadingZeroBitCount
                let place = entry - 1 << level
                numbers.append(numberOfHeap[root << level + place])
            }
            // Joins that this unit completes, from the lowest up.
            var (parent, isRight) = (root >> 1, root & 1 == 1)
            while isRight && parent > 0 {
                numbers.append(numberOfHeap[parent])
                (parent, isRight) = (parent >> 1, parent & 1 == 1)
            }
        }
    }
}
