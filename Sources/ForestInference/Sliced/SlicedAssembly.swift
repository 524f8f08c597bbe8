// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The distinct conditions of a forest, sorted by slot and cut.
struct ConditionIndex {
    private(set) var conditions: [cfk_condition] = []
    /// Condition of each node; leaves have none, and 0.
    private(set) var ofNode: [Int32]

    init(_ forest: Forest, plan: SlotPlan) {
        var positions = [Int32](repeating: -1, count: plan.slots.count << 8)
        for (index, split) in plan.splits.enumerated() where !forest.nodes[index].isLeaf {
            positions[Int(split.slot) << 8 | Int(split.cut)] = 0
        }
        for key in positions.indices where positions[key] == 0 {
            positions[key] = Int32(conditions.count)
            conditions.append(
                cfk_condition(
                    slot: UInt16(key >> 8),
                    cut: UInt8(truncatingIfNeeded: key),
                    reserved: 0
                )
            )
        }
        ofNode = zip(plan.splits, forest.nodes).map { split, node in
            node.isLeaf ? 0 : positions[Int(split.slot) << 8 | Int(split.cut)]
        }
    }
}

/// Code and tables of all trees, one after the other.
struct SlicedAssembly {
    private(set) var trees: [cfk_sliced_tree] = []
    private(set) var tables: [UInt8] = []
    private(set) var code: [UInt8] = []
    private(set) var spillCount = 0
    /// Scratch: number within the tree of each of the forest's conditions, or -1.
    private var localNumber: [Int32] = []

    /// Heights of code blocks that are tried; the cheapest wins.
    private static let blockHeights = [2, 4]

    /// Appends a tree; false if it has too many leaves.
    mutating func append(_ nodes: ArraySlice<Forest.Node>, conditions: [Int32]) -> Bool {
        let (local, distinct) = renumber(conditions)
        let programs = Self.blockHeights.compactMap {
            PlaneProgram(nodes: nodes, conditions: local, blockHeight: $0)
        }
        guard let program = programs.min(by: { $0.cost < $1.cost }) else { return false }
        let allocation = RegisterAllocator(program, conditions: distinct)
        spillCount = max(spillCount, allocation.spillCount)
        // Functions begin at multiples of 16 bytes, as processors fetch them.
        while code.count % 16 != 0 { code.append(0xC3) }
        trees.append(
            cfk_sliced_tree(
                table_offset: UInt32(tables.count),
                code_offset: UInt32(code.count),
                chunk_count: UInt16(program.chunkCount),
                plane_count: UInt16(program.planes.count)
            )
        )
        code.append(contentsOf: allocation.code)
        appendTable(program.values)
        return true
    }

    /// Conditions of one tree counted from 0, and the forest's number of each.
    private mutating func renumber(_ conditions: [Int32]) -> (local: [Int32], distinct: [Int32]) {
        var distinct: [Int32] = []
        let local = conditions.map { condition in
            let index = Int(condition)
            if index >= localNumber.count {
                localNumber.append(
                    contentsOf: repeatElement(-1, count: index + 1 - localNumber.count)
                )
            }
            if localNumber[index] < 0 {
                localNumber[index] = Int32(distinct.count)
                distinct.append(condition)
            }
            return localNumber[index]
        }
        for condition in distinct { localNumber[Int(condition)] = -1 }
        return (local, distinct)
    }

    /// Four planes of the values' bytes, for every 128 values.
    private mutating func appendTable(_ values: [Float]) {
        for chunk in stride(from: 0, to: values.count, by: 128) {
            for byte in 0..<4 {
                for value in values[chunk..<chunk + 128] {
                    tables.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(byte * 8)))
                }
            }
        }
    }
}
