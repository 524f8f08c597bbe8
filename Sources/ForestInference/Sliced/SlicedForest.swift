// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees for the bit-sliced kernels: distinct conditions, leaf tables, and for each tree either
/// generated code or the condition numbers of fixed units.
///
/// Proof of bounds: conditions name slots of the plan; code and units read conditions below
/// `conditionCount`, and write ten planes and `spillCount` vectors, for which the scratch has room;
/// codes stay below 128 times the chunks of their table, and below what gathered tables hold.
struct SlicedForest: Sendable {
    /// Bytes of condition vectors that several blocks may take together.
    private static let tileBytes = 640 << 10
    private static let tileBlocksMax = 8
    /// Conditions beyond which a block of vectors alone misses the nearer caches for good.
    static let conditionsMax = 1 << 18
    /// Bytes of generated code.
    static let codeBytesMax = 256 << 20
    /// Code of all outputs beyond this size does not stay in the second cache with its tables from
    /// one call to the next.
    static let nearCodeBytes = 1 << 20
    /// Splits on a path through the units.
    static let unitsDepthMax = 10

    /// What a tree's planes come from.
    private enum Program {
        case code(ExecutableCode)
        case units(AlignedStorage)

        var byteCount: Int {
            switch self {
            case .code(let code): code.byteCount
            case .units(let numbers): numbers.byteCount
            }
        }
    }

    /// Why there is no program.
    enum Refusal: Error {
        case shape
        /// The system gives no executable memory.
        case memory
    }

    let conditionCount: Int
    /// Whether generated code is fetched ahead of its use.
    var prefetchesCode = false
    private let conditions: AlignedStorage
    private let trees: AlignedStorage
    private let tables: AlignedStorage
    private let lookup: LeafLookup
    private let program: Program
    private let treeCount: Int
    private let spillCount: Int

    /// Joins parts of generated code, which follow each other.
    init(code parts: [SlicedPart], _ index: ConditionIndex) throws(Refusal) {
        var trees: [cfk_sliced_tree] = []
        var tables: [LeafTables] = []
        var codeBytes = 0
        var tableBytes = 0
        for part in parts {
            trees += part.trees(afterCode: codeBytes, tables: tableBytes)
            tables.append(part.tables)
            codeBytes += part.code.count
            tableBytes += part.tables.byteCount
        }
        guard codeBytes <= Self.codeBytesMax else { throw .shape }
        guard let code = ExecutableCode(parts.map(\.code)) else { throw .memory }
        self.init(
            index,
            trees: trees,
            tables: tables,
            program: .code(code),
            spillCount: parts.map(\.spillCount).max() ?? 0
        )
    }

    /// Arranges `forest` for the fixed units; values are found by `lookup`.
    static func units(
        _ forest: Forest,
        _ index: ConditionIndex,
        depths: [Int],
        lookup: LeafLookup
    ) throws(Refusal) -> SlicedForest {
        guard index.conditions.count <= UInt16.max, depths.allSatisfy({ $0 <= unitsDepthMax })
        else { throw .shape }
        var assembly = UnitAssembly(lookup: lookup)
        for tree in 0..<forest.treeCount {
            let range = forest.treeStarts[tree]..<forest.treeStarts[tree + 1]
            assembly.append(
                forest.nodes[range],
                conditions: index.ofNode[range],
                depth: depths[tree]
            )
        }
        return SlicedForest(
            index,
            trees: assembly.trees,
            tables: [assembly.tables],
            program: .units(AlignedStorage(assembly.numbers)),
            // Planes of the units that wait to be joined: one for each level above them.
            spillCount: (unitsDepthMax - UnitAssembly.unitHeight) * LeafCodes.planesMax
        )
    }

    private init(
        _ index: ConditionIndex,
        trees: [cfk_sliced_tree],
        tables: [LeafTables],
        program: Program,
        spillCount: Int
    ) {
        conditionCount = index.conditions.count
        conditions = AlignedStorage(index.conditions)
        self.trees = AlignedStorage(trees)
        self.tables = AlignedStorage(joining: tables.map(\.words))
        lookup = tables.first?.lookup ?? .shuffled
        self.program = program
        treeCount = trees.count
        self.spillCount = spillCount
    }

    var byteCount: Int {
        conditions.byteCount + trees.byteCount + tables.byteCount + program.byteCount
    }

    /// Bytes of generated code, in whole pages.
    var codeBytes: Int {
        guard case .code(let code) = program else { return 0 }
        return code.byteCount
    }

    /// Blocks scored together, so that each tree's program is fetched once for all of them.
    var tileBlocks: Int {
        let blockBytes = max(1, conditionCount) * BlockSize.vectorBytes
        return min(Self.tileBlocksMax, max(1, Self.tileBytes / blockBytes))
    }

    /// Vectors of planes and spills.
    var planeVectors: Int { LeafCodes.planesMax + spillCount }

    /// Evaluates all conditions of block `block` of a tile of `rowCount` rows.
    func decide(
        bytes: UnsafePointer<UInt8>,
        block: Int,
        rowCount: Int,
        scratch: ScratchMemory
    ) {
        let offset = block * scratch.shape.conditionBytes
        unsafe cfk_conditions_avx512(
            conditions.pointer(to: cfk_condition.self),
            conditionCount,
            bytes,
            BlockSize.rows,
            rowCount,
            scratch.conditions + offset
        )
    }

    /// Adds the leaves of all trees to the sums of a tile of `rowCount` rows.
    func score(rowCount: Int, scratch: ScratchMemory) {
        var forest = unsafe cfk_sliced_forest(
            trees: trees.pointer(to: cfk_sliced_tree.self),
            tables: tables.pointer(to: UInt8.self),
            code: nil,
            units: nil,
            tree_count: treeCount,
            condition_bytes: scratch.shape.conditionBytes,
            gathers: lookup == .gathered,
            prefetches: prefetchesCode
        )
        switch program {
        case .code(let code): unsafe forest.code = code.entry
        case .units(let numbers): unsafe forest.units = numbers.pointer(to: UInt16.self)
        }
        unsafe cfk_score_sliced_avx512(
            &forest,
            scratch.conditions,
            rowCount,
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
