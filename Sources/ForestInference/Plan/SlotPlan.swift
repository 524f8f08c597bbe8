// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// How the values of a row become bytes, and every split a comparison of one byte.
///
/// The thresholds of a feature, sorted, are its cuts. With `rank(x)` the number of cuts `<= x`,
/// `x < cut[k]` is `rank(x) <= k`: a split goes right exactly if the rank exceeds `k`. At most 255
/// cuts make a rank fit a byte; a feature with more has several slots of 255 cuts each, and a
/// split names the one that holds its cut. A missing value is a byte too: 0 goes left at every
/// split and 255 right, so a feature has one slot for each default direction in use. A set of
/// categories is a slot of its own, 255 for its members.
struct SlotPlan: Sendable {
    /// Cuts of one slot.
    static let cutsMax = 255

    /// One byte column.
    struct Slot: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            /// `cuts[firstCut ..< firstCut + cutCount]` of the plan.
            case rank(firstCut: Int, cutCount: Int)
            /// A category set of the forest.
            case set(Int)
        }
        let feature: Int
        let kind: Kind
        let defaultsLeft: Bool

        /// The byte of a missing value.
        var missing: UInt8 { defaultsLeft ? 0 : 255 }
    }

    /// A split in terms of bytes: right if `byte[slot] > cut`.
    struct Split: Sendable, Hashable {
        var slot: UInt16
        var cut: UInt8
    }

    /// All cuts, feature after feature, each run sorted and without repeats.
    private(set) var cuts: [Float]
    private(set) var slots: [Slot] = []
    /// One entry a node of the forest; leaves hold slot 0, cut 255.
    private(set) var splits: [Split]

    /// Bytes of the plan.
    var byteCount: Int {
        cuts.count * MemoryLayout<Float>.stride + slots.count * MemoryLayout<Slot>.stride
            + splits.count * MemoryLayout<Split>.stride
    }

    /// The byte of `value` in slot `index`.
    func byte(ofSlot index: Int, value: Float, sets: [Forest.CategorySet]) -> UInt8 {
        let slot = slots[index]
        if value.isNaN { return slot.missing }
        switch slot.kind {
        case .set(let set):
            return sets[set].contains(value) ? 255 : 0
        case .rank(let first, let count):
            return UInt8(cuts[first..<first + count].count { $0 <= value })
        }
    }

    /// Finds cuts, slots and splits of `forest`.
    init(_ forest: Forest) throws(ForestError) {
        let splitIndexes = forest.splitIndexes()
        let table = CutTable(forest, splits: splitIndexes)
        guard table.cuts.count <= ForestLimits.cutsMax else {
            throw .tooLarge(.cuts, count: table.cuts.count, limit: ForestLimits.cutsMax)
        }
        cuts = table.cuts
        splits = [Split](repeating: Split(slot: 0, cut: 255), count: forest.nodes.count)
        // Slots of numeric splits by (run of 255 cuts, direction), in order of first use.
        var slotOfRun = [Int32](repeating: -1, count: 2 * table.runs.count)
        var slotOfSet: [Slot: Int] = [:]
        for (place, index) in zip(table.cutOfSplit, splitIndexes) {
            let index = Int(index)
            let node = forest.nodes[index]
            if node.isCategorical {
                let slot = Slot(
                    feature: node.feature,
                    kind: .set(node.categorySet),
                    defaultsLeft: node.defaultsLeft
                )
                let position = slotOfSet[slot] ?? slots.count
                if position == slots.count {
                    slotOfSet[slot] = position
                    try append(slot)
                }
                splits[index] = Split(slot: UInt16(position), cut: 0)
                continue
            }
            let place = table.places[Int(place)]
            let key = 2 * Int(place.run) + (node.defaultsLeft ? 1 : 0)
            if slotOfRun[key] < 0 {
                slotOfRun[key] = Int32(slots.count)
                let run = table.runs[Int(place.run)]
                try append(
                    Slot(
                        feature: node.feature,
                        kind: .rank(firstCut: run.lowerBound, cutCount: run.count),
                        defaultsLeft: node.defaultsLeft
                    )
                )
            }
            splits[index] = Split(slot: UInt16(slotOfRun[key]), cut: place.cut)
        }
    }

    /// The same columns and cuts, and the splits of some nodes.
    func part(ofNodes nodes: Range<Int>) -> SlotPlan {
        guard nodes.count < splits.count else { return self }
        var part = self
        part.splits = Array(splits[nodes])
        return part
    }

    private mutating func append(_ slot: Slot) throws(ForestError) {
        guard slots.count < ForestLimits.byteColumnsMax else {
            throw .tooLarge(
                .columns,
                count: slots.count + 1,
                limit: ForestLimits.byteColumnsMax
            )
        }
        slots.append(slot)
    }
}
