// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The distinct conditions of a forest, sorted by slot and cut.
struct ConditionIndex {
    private(set) var conditions: [cfk_condition] = []
    /// Condition of each node; leaves have none, and 0.
    private(set) var ofNode: [Int32]

    init(_ forest: Forest, plan: SlotPlan) {
        // Splits and leaves take turns without a pattern: what asks which of them a node is costs
        // more than what treats them alike. Leaves hold slot 0 and cut 255, which no condition has.
        var positions = [Int32](repeating: -1, count: max(1, plan.slots.count) << 8)
        for split in plan.splits { positions[Self.key(split)] = 0 }
        for key in positions.indices where positions[key] == 0 && key & 255 != 255 {
            positions[key] = Int32(conditions.count)
            conditions.append(
                cfk_condition(
                    slot: UInt16(key >> 8),
                    cut: UInt8(truncatingIfNeeded: key),
                    reserved: 0
                )
            )
        }
        ofNode = plan.splits.map { positions[Self.key($0)] }
    }

    private static func key(_ split: SlotPlan.Split) -> Int {
        Int(split.slot) << 8 | Int(split.cut)
    }
}
