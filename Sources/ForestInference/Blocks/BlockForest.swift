// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Trees as blocks of heap-ordered nodes, for the node-parallel kernels.
///
/// ```
/// depth <= 6    one block of 63 nodes                          64 slots | 64 cuts
/// deeper        a top of 31 nodes, and 32 bottoms of 31 nodes  32 slots | 32 cuts each
/// beyond 10     links from a bottom's ends to blocks like it   32 slots | 32 cuts each
/// ```
/// A leaf above the last level fills the values of all paths below it; the nodes there keep cut
/// 255, which no byte exceeds, and so lead left.
///
/// Proof of bounds: heap indices stay within a block by construction of the walk, slots fit the
/// row's `slot_vectors * 64` bytes, trees are padded to a multiple of 32, and links name blocks the
/// builder has appended.
struct BlockForest: Sendable {
    /// Splits on a path of one flat block.
    static let flatDepthMax = 6
    /// Splits on a path that a top and a bottom hold.
    static let twoBlocksDepthMax = 10
    /// Slots that one byte can name.
    static let slotsMax = 256
    /// Bytes of all arrays: beyond this the kernels miss every cache.
    static let bytesMax = 64 << 20

    private let tops: AlignedStorage
    private let bottoms: AlignedStorage
    private let values: AlignedStorage
    /// Deeper blocks and the links to them; nil where no path is longer than ten.
    private let deep: (blocks: AlignedStorage, links: AlignedStorage)?
    private let deepValues: Int
    private let slotCount: Int
    private let isFlat: Bool
    private let treeCount: Int
    private let paddedCount: Int

    /// Arranges `forest`, or answers nil where its shape does not fit.
    init?(_ forest: Forest, plan: SlotPlan, depth: Int) {
        let padded = (forest.treeCount + 31) / 32 * 32
        let flat = depth <= Self.flatDepthMax
        guard plan.slots.count <= Self.slotsMax, forest.treeCount > 0,
            forest.nodes.count <= Int32.max,
            padded * (flat ? 384 : 6_208) <= Self.bytesMax
        else { return nil }
        var builder = BlockBuilder(treeCount: padded, isFlat: flat)
        for tree in 0..<forest.treeCount {
            builder.append(forest, plan: plan, tree: tree)
            guard builder.byteCount <= Self.bytesMax else { return nil }
        }
        slotCount = plan.slots.count
        isFlat = flat
        treeCount = forest.treeCount
        paddedCount = padded
        tops = AlignedStorage(builder.tops)
        bottoms = AlignedStorage(builder.bottoms)
        values = AlignedStorage(builder.values)
        deepValues = builder.deepValues
        deep =
            builder.links.isEmpty
            ? nil : (AlignedStorage(builder.deeps), AlignedStorage(builder.links))
    }

    var byteCount: Int {
        tops.byteCount + bottoms.byteCount + values.byteCount + (deep?.blocks.byteCount ?? 0)
            + (deep?.links.byteCount ?? 0)
    }

    /// Whether rows are narrow enough, and trees shallow enough, for `kernel`.
    func supports(_ kernel: ForestKernel) -> Bool {
        switch kernel {
        case .avx2Blocks: slotCount <= 64
        case .blocksByRows: deep == nil
        default: true
        }
    }

    /// Adds the leaves of `rowCount` row-major rows to `margins`.
    func score(
        _ kernel: ForestKernel,
        rows: UnsafePointer<UInt8>,
        rowStride: Int,
        rowCount: Int,
        margins: UnsafeMutablePointer<Float>
    ) {
        var forest = unsafe cfk_block_forest(
            tops: tops.pointer(to: UInt8.self),
            bottoms: bottoms.pointer(to: UInt8.self),
            values: values.pointer(to: Float.self),
            links: deep?.links.pointer(to: UInt32.self),
            deeps: deep?.blocks.pointer(to: UInt8.self),
            deep_values: deepValues,
            tree_count: paddedCount,
            real_tree_count: treeCount,
            is_flat: isFlat ? 1 : 0,
            slot_vectors: slotCount <= 64 ? 1 : slotCount <= 128 ? 2 : 4
        )
        switch kernel {
        case .blocksByRow:
            unsafe cfk_score_blocks_row_avx512(&forest, rows, rowStride, rowCount, margins)
        case .blocksByRows:
            unsafe cfk_score_blocks_rows_avx512(&forest, rows, rowStride, rowCount, margins)
        default:
            unsafe cfk_score_blocks_avx2(&forest, rows, rowStride, rowCount, slotCount, margins)
        }
    }
}
