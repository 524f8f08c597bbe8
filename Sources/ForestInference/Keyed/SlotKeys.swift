// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The splits of a plan as comparisons of keys: values as numbers in the order of floats.
///
/// Each slot has a key. A value reaches a cut exactly if its key is above the number below that of
/// the cut; a missing value has a key that lies where the slot's byte of missing values sends it.
/// Slots of sets and of codes have their byte as a key.
struct SlotKeys {
    /// The key of missing values that go right everywhere; only a leaf has a number as high.
    private static let highest = UInt32.max

    /// What the kernels make keys from.
    let plan: KeyPlan
    /// The key of each slot.
    private var places: [UInt32]
    /// The numbers below all cuts of ranked slots.
    private var cuts: [UInt32] = []
    /// Where the cuts of each slot begin in `cuts`; -1 for slots without.
    private var firstCuts: [Int]

    /// The keys for `plan`.
    init(_ plan: RankPlan) {
        places = [UInt32](repeating: 0, count: plan.slotCount)
        firstCuts = [Int](repeating: -1, count: plan.slotCount)
        let ranked = Self.rankedSlots(plan)
        var missing: [UInt32] = []
        for (place, slot) in ranked.enumerated() {
            let below = plan.sortedCuts(ofRank: slot.rank).map(Self.below)
            missing.append(Self.missingKey(byte: slot.missing, below))
            places[slot.slot] = UInt32(place)
            firstCuts[slot.slot] = cuts.count
            cuts += below
        }
        for (offset, slot) in plan.categorySlots.enumerated() {
            places[slot] = UInt32(ranked.count + offset)
        }
        self.plan = KeyPlan(sources: ranked.map(\.source), missing: missing)
    }

    /// What a split compares.
    func node(_ split: SlotPlan.Split) -> cfk_keyed_node {
        let first = firstCuts[Int(split.slot)]
        let below = first < 0 ? UInt32(split.cut) : cuts[first + Int(split.cut)]
        return cfk_keyed_node(below: below, column: places[Int(split.slot)])
    }

    /// The highest key that does not reach a cut; no value reaches NaN.
    private static func below(_ cut: Float) -> UInt32 {
        cut.isNaN ? key(of: .infinity) : key(of: cut) - 1
    }

    /// A number in the order of floats; both zeros are one.
    private static func key(of value: Float) -> UInt32 {
        let bits = (value + 0).bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    /// A key that reaches as many cuts as `byte` says.
    private static func missingKey(byte: UInt8, _ below: [UInt32]) -> UInt32 {
        let reached = Int(byte)
        if reached == 0 { return 0 }
        guard reached < below.count else { return highest }
        precondition(below[reached - 1] < below[reached], "pulled cuts tell missing values apart")
        return below[reached - 1] + 1
    }

    private struct RankedSlot {
        let rank: Int
        let slot: Int
        let source: UInt32
        let missing: UInt8
    }

    /// Ranked slots, in an order in which their columns lie side by side: first one of each
    /// column, then the second ones.
    private static func rankedSlots(_ plan: RankPlan) -> [RankedSlot] {
        var turns: [[RankedSlot]] = []
        var nextTurn: [UInt32: Int] = [:]
        for rank in 0..<plan.rankCount {
            let column = plan.rank(rank)
            let slots = [
                (column.slots.0, column.missing.0), (column.slots.1, column.missing.1),
            ]
            for (slot, missing) in slots.prefix(Int(column.slot_count)) {
                let turn = nextTurn[column.source, default: 0]
                nextTurn[column.source] = turn + 1
                if turn == turns.count { turns.append([]) }
                turns[turn].append(
                    RankedSlot(
                        rank: rank,
                        slot: Int(slot),
                        source: column.source,
                        missing: missing
                    )
                )
            }
        }
        return turns.flatMap { $0.sorted { $0.source < $1.source } }
    }
}
