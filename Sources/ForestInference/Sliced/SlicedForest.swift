// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees for the bit-sliced kernel: distinct conditions, generated code, and leaf tables.
///
/// Proof of bounds: conditions name slots of the plan; the code reads conditions below
/// `conditionCount` and writes ten planes and `spillCount` vectors, for which the scratch has room;
/// codes stay below 128 times the chunks of their table.
struct SlicedForest: Sendable {
    /// Bytes of condition vectors that several blocks may take together.
    private static let tileBytes = 512 << 10
    private static let tileBlocksMax = 8
    /// Conditions beyond which a block of vectors alone misses the nearer caches for good.
    private static let conditionsMax = 1 << 18
    /// Bytes of generated code.
    private static let codeBytesMax = 256 << 20

    let conditionCount: Int
    private let conditions: AlignedStorage
    private let trees: AlignedStorage
    private let tables: AlignedStorage
    private let code: ExecutableCode?
    private let treeCount: Int
    private let spillCount: Int

    /// Generates code for `forest`; nil where it does not fit.
    init?(_ forest: Forest, plan: SlotPlan) {
        let index = ConditionIndex(forest, plan: plan)
        guard index.conditions.count <= Self.conditionsMax else { return nil }
        var assembly = SlicedAssembly()
        for tree in 0..<forest.treeCount {
            let range = forest.treeStarts[tree]..<forest.treeStarts[tree + 1]
            guard assembly.append(forest.tree(tree), conditions: Array(index.ofNode[range])),
                assembly.code.count <= Self.codeBytesMax
            else { return nil }
        }
        conditionCount = index.conditions.count
        conditions = AlignedStorage(index.conditions)
        trees = AlignedStorage(assembly.trees)
        tables = AlignedStorage(assembly.tables)
        code = ExecutableCode(assembly.code)
        treeCount = forest.treeCount
        spillCount = assembly.spillCount
    }

    var byteCount: Int {
        conditions.byteCount + trees.byteCount + tables.byteCount + (code?.byteCount ?? 0)
    }

    /// Blocks scored together, so that each tree's code is fetched once for all of them.
    var tileBlocks: Int {
        let blockBytes = max(1, conditionCount) * BlockSize.vectorBytes
        return min(Self.tileBlocksMax, max(1, Self.tileBytes / blockBytes))
    }

    /// Vectors of planes and spills.
    var planeVectors: Int { PlaneProgram.planesMax + spillCount }

    /// Whether the system let us have executable memory.
    var isExecutable: Bool { code != nil }

    /// Evaluates all conditions of block `block` of a tile.
    func decide(bytes: UnsafePointer<UInt8>, block: Int, scratch: ScoringScratch) {
        let offset = block * scratch.shape.conditionBytes
        unsafe cfk_conditions_avx512(
            conditions.pointer(to: cfk_condition.self),
            conditionCount,
            bytes,
            BlockSize.rows,
            scratch.conditions + offset
        )
    }

    /// Adds the leaves of all trees to the sums of `blockCount` blocks.
    func score(blockCount: Int, scratch: ScoringScratch) {
        var forest = unsafe cfk_sliced_forest(
            trees: trees.pointer(to: cfk_sliced_tree.self),
            tables: tables.pointer(to: UInt8.self),
            code: code?.entry,
            tree_count: treeCount,
            condition_bytes: scratch.shape.conditionBytes
        )
        unsafe cfk_score_sliced_code_avx512(
            &forest,
            scratch.conditions,
            blockCount,
            scratch.planes,
            scratch.sums
        )
    }

    /// Reads the sums of one block back in row order.
    func readSums(
        _ sums: UnsafePointer<Float>,
        rowCount: Int,
        into margins: UnsafeMutablePointer<Float>
    ) {
        unsafe cfk_read_sums_avx512(sums, rowCount, margins)
    }
}
