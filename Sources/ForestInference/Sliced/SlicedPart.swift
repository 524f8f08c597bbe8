// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Code and tables of some trees that follow each other; parts of a forest are made at a time and
/// joined.
struct SlicedPart: Sendable {
    /// Offsets count from the beginning of the part.
    let trees: [cfk_sliced_tree]
    let tables: LeafTables
    let code: CodeBytes
    /// Vectors after the planes that the code writes.
    let spillCount: Int

    /// Trees of many forests are made by two threads in parts of about this many nodes.
    private static let nodeCount = 1 << 16

    /// The trees of each part of `forest`.
    static func ranges(of forest: Forest) -> [Range<Int>] {
        let count = (forest.nodes.count + nodeCount - 1) / nodeCount
        guard count > 1 else { return [0..<forest.treeCount] }
        return (0..<count).map { part in
            part * forest.treeCount / count..<(part + 1) * forest.treeCount / count
        }
    }

    /// Generates code for the trees of `range`.
    static func code(
        _ range: Range<Int>,
        of forest: Forest,
        _ index: ConditionIndex,
        heights: [UInt8],
        lookup: LeafLookup
    ) throws(SlicedForest.Refusal) -> SlicedPart {
        guard index.conditions.count <= SlicedForest.conditionsMax else { throw .shape }
        var assembly = SlicedAssembly(forest, index, heights: heights, range, lookup: lookup)
        for tree in range {
            guard assembly.append(tree), assembly.writer.byteCount <= SlicedForest.codeBytesMax
            else { throw .shape }
        }
        return SlicedPart(
            trees: assembly.trees,
            tables: assembly.tables,
            code: assembly.writer.code,
            spillCount: assembly.writer.spillCount
        )
    }

    /// The trees with offsets that count from the beginning of the parts before them.
    func trees(afterCode codeBytes: Int, tables tableBytes: Int) -> [cfk_sliced_tree] {
        trees.map { tree in
            var moved = tree
            moved.program_offset += UInt32(codeBytes)
            moved.table_offset += UInt32(tableBytes)
            return moved
        }
    }
}
