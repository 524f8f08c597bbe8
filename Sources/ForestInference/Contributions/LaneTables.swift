// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The splits of all groups, as `cfk_lane_forest` has them.
struct LaneTables {
    private(set) var groups: [cfk_lane_group] = []
    private(set) var levels: [cfk_lane_level] = []
    private(set) var bytes = ByteColumns()
    private(set) var column: [UInt16] = []
    private(set) var floats = FloatColumns()
    private(set) var leftInner: [UInt16] = []
    private(set) var rightInner: [UInt16] = []
    private(set) var valuesMax = 0
    private var points = 1
    private var firstLevel = 0
    private var offset = 0

    /// Bytes of each split.
    struct ByteColumns {
        var slot: [UInt8] = []
        var cut: [UInt8] = []
        var heldSlot: [UInt8] = []
        var heldLow: [UInt8] = []
        var heldHigh: [UInt8] = []
        var otherSlot: [UInt8] = []
        var otherLow: [UInt8] = []
        var otherHigh: [UInt8] = []
    }

    /// Numbers of each split.
    struct FloatColumns {
        var leftRest: [Float] = []
        var rest: [Float] = []
        var share: [Float] = []
        var leftLeaf: [Float] = []
        var rightLeaf: [Float] = []
    }

    private static let lanes = 16
    /// Splits whose decisions one instruction takes: levels begin at multiples of it.
    private static let decidedSplits = 64
    /// Bytes of a split, at most.
    static let splitBytes = 8 + 2 + 5 * 4 + 1
    /// Bytes of what fills a level up, at most, and of its entry.
    static let fillingBytes = decidedSplits * splitBytes + 16

    /// Begins a group of trees.
    mutating func beginGroup(points: Int) {
        self.points = points
        firstLevel = levels.count
        offset = 0
    }

    /// Appends a level: its splits in order.
    mutating func append(level splits: some Collection<LaneBuilder.Split>) {
        let first = column.count
        let vectorCount = (splits.count + Self.lanes - 1) / Self.lanes
        let row = (vectorCount + 1) * Self.lanes
        levels.append(
            cfk_lane_level(
                first: UInt32(first),
                vector_count: UInt32(vectorCount),
                offset: UInt32(offset),
                row: UInt32(row)
            )
        )
        offset += row
        for split in splits { append(split) }
        while column.count % Self.decidedSplits != 0 { append(.filling) }
        for vector in stride(from: first, to: column.count, by: Self.lanes) {
            appendInner(vector, splits, from: vector - first)
        }
    }

    /// Ends a group by an empty level.
    mutating func endGroup() {
        groups.append(
            cfk_lane_group(
                first_level: UInt32(firstLevel),
                level_count: UInt16(levels.count - firstLevel),
                points: UInt16(points)
            )
        )
        levels.append(
            cfk_lane_level(first: 0, vector_count: 0, offset: UInt32(offset), row: 0)
        )
        valuesMax = max(valuesMax, offset * points)
    }

    private mutating func append(_ split: LaneBuilder.Split) {
        bytes.slot.append(UInt8(truncatingIfNeeded: split.place.slot))
        bytes.cut.append(split.place.cut)
        bytes.heldSlot.append(split.held.first.slot)
        bytes.heldLow.append(split.held.first.low)
        bytes.heldHigh.append(split.held.first.high)
        bytes.otherSlot.append(split.held.second.slot)
        bytes.otherLow.append(split.held.second.low)
        bytes.otherHigh.append(split.held.second.high)
        column.append(split.column)
        floats.leftRest.append(split.leftRest)
        floats.rest.append(split.rest)
        floats.share.append(split.share)
        floats.leftLeaf.append(split.leftLeaf ?? 0)
        floats.rightLeaf.append(split.rightLeaf ?? 0)
    }

    /// Which of the sixteen splits from the `first` of a level on have splits for children.
    private mutating func appendInner(
        _ vector: Int,
        _ splits: some Collection<LaneBuilder.Split>,
        from first: Int
    ) {
        var (left, right) = (UInt16(0), UInt16(0))
        for (lane, split) in splits.dropFirst(first).prefix(Self.lanes).enumerated() {
            if split.leftLeaf == nil { left |= 1 << UInt16(lane) }
            if split.rightLeaf == nil { right |= 1 << UInt16(lane) }
        }
        leftInner.append(left)
        rightInner.append(right)
    }
}
