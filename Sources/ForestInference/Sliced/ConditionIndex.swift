// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The distinct conditions of a forest, sorted by slot and cut.
struct ConditionIndex {
    private(set) var conditions: [cfk_condition] = []
    /// Condition of each node; leaves have none, and 0.
    private(set) var ofNode: [Int32]

    init(_ forest: Forest, plan: SlotPlan) {
        var positions = [Int32](repeating: -1, count: plan.slots.count << 8)
        // Leaves hold cut 255, which no condition has.
        for split in plan.splits where split.cut < 255 {
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
        ofNode = plan.splits.map { split in
            split.cut == 255 ? 0 : positions[Int(split.slot) << 8 | Int(split.cut)]
        }
    }
}
