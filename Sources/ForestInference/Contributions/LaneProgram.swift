// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The trees as the kernel for one row reads them.
///
/// Proof of bounds: ``LaneTables`` pads every level to the vectors that are read of it, columns are
/// those of the program that this belongs to, and slots stay below ``slotsMax``.
final class LaneProgram: Sendable {
    /// For each output its groups of trees.
    let groupsOfOutput: [Range<Int>]
    private let groups: AlignedStorage
    private let levels: AlignedStorage
    private let bytes: [AlignedStorage]
    private let column: AlignedStorage
    private let floats: [AlignedStorage]
    private let inner: [AlignedStorage]
    private let places: AlignedStorage
    private let weights: AlignedStorage
    private let scale: Float
    private let slotCount: Int
    private let valuesMax: Int

    /// Bytes of a row that the kernel holds in registers.
    static let slotsMax = Int(CFK_LANE_SLOTS_MAX)

    init(
        _ tables: LaneTables,
        groupsOfOutput: [Range<Int>],
        quadratures: [Quadrature],
        scale: Float,
        slotCount: Int
    ) {
        self.groupsOfOutput = groupsOfOutput
        groups = AlignedStorage(tables.groups)
        levels = AlignedStorage(tables.levels)
        let columns = tables.bytes
        bytes = [
            columns.slot, columns.cut, columns.heldSlot, columns.heldLow, columns.heldHigh,
            columns.otherSlot, columns.otherLow, columns.otherHigh,
        ].map { AlignedStorage($0) }
        column = AlignedStorage(tables.column)
        let numbers = tables.floats
        floats = [
            numbers.leftRest, numbers.rest, numbers.share, numbers.leftLeaf, numbers.rightLeaf,
        ].map { AlignedStorage($0) }
        inner = [AlignedStorage(tables.leftInner), AlignedStorage(tables.rightInner)]
        places = AlignedStorage(quadratures.flatMap(\.places))
        weights = AlignedStorage(quadratures.flatMap(\.weights))
        self.scale = scale
        self.slotCount = slotCount
        valuesMax = tables.valuesMax
    }

    var byteCount: Int {
        let parts = [groups, levels, column, places, weights] + bytes + floats + inner
        return parts.reduce(0) { $0 + $1.byteCount }
    }

    /// Bytes of working memory that the kernel needs.
    var scratchBytes: Int { 4 * valuesMax * MemoryLayout<Float>.stride }

    /// The program as the kernel sees it; valid while `self` lives.
    var kernelForest: cfk_lane_forest {
        unsafe cfk_lane_forest(
            groups: groups.pointer(to: cfk_lane_group.self),
            levels: levels.pointer(to: cfk_lane_level.self),
            slot: bytes[0].pointer(to: UInt8.self),
            cut: bytes[1].pointer(to: UInt8.self),
            held_slot: bytes[2].pointer(to: UInt8.self),
            held_low: bytes[3].pointer(to: UInt8.self),
            held_high: bytes[4].pointer(to: UInt8.self),
            other_slot: bytes[5].pointer(to: UInt8.self),
            other_low: bytes[6].pointer(to: UInt8.self),
            other_high: bytes[7].pointer(to: UInt8.self),
            column: column.pointer(to: UInt16.self),
            left_rest: floats[0].pointer(to: Float.self),
            rest: floats[1].pointer(to: Float.self),
            share: floats[2].pointer(to: Float.self),
            left_leaf: floats[3].pointer(to: Float.self),
            right_leaf: floats[4].pointer(to: Float.self),
            left_inner: inner[0].pointer(to: UInt16.self),
            right_inner: inner[1].pointer(to: UInt16.self),
            places: places.pointer(to: Float.self),
            weights: weights.pointer(to: Float.self),
            scale: scale,
            slot_count: slotCount,
            values_max: valuesMax
        )
    }
}
