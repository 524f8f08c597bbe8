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
        let table = CutTable(forest)
        cuts = table.cuts
        splits = [Split](repeating: Split(slot: 0, cut: 255), count: forest.nodes.count)
        var slotOfKey: [Int: Int] = [:]
        var slotOfSet: [Slot: Int] = [:]
        // Slots of numeric splits by (run of 255 cuts, direction), in order of first use.
        for (index, node) in forest.nodes.enumerated() where !node.isLeaf {
            let position: Int
            var cut: UInt8 = 0
            if node.isCategorical {
                let slot = Slot(
                    feature: node.feature,
                    kind: .set(node.categorySet),
                    defaultsLeft: node.defaultsLeft
                )
                position = slotOfSet[slot] ?? slots.count
                if position == slots.count {
                    slotOfSet[slot] = position
                    slots.append(slot)
                }
            } else {
                let place = table.place(of: node.value, feature: node.feature)
                cut = UInt8(place.cut)
                let key = place.firstCut * 2 + (node.defaultsLeft ? 1 : 0)
                position = slotOfKey[key] ?? slots.count
                if position == slots.count {
                    slotOfKey[key] = position
                    slots.append(
                        Slot(
                            feature: node.feature,
                            kind: .rank(firstCut: place.firstCut, cutCount: place.cutCount),
                            defaultsLeft: node.defaultsLeft
                        )
                    )
                }
            }
            guard position < ForestLimits.byteColumnsMax else {
                throw .tooLarge(.columns, count: position + 1, limit: ForestLimits.byteColumnsMax)
            }
            splits[index] = Split(slot: UInt16(position), cut: cut)
        }
    }
}

/// The sorted cuts of every feature.
struct CutTable {
    private(set) var cuts: [Float] = []
    private var starts: [Int] = [0]

    init(_ forest: Forest) {
        var counts = [Int](repeating: 0, count: forest.featureCount + 1)
        let splits = forest.nodes.lazy.filter { !$0.isLeaf && !$0.isCategorical }
        for node in splits { counts[node.feature + 1] += 1 }
        for feature in 0..<forest.featureCount { counts[feature + 1] += counts[feature] }
        var thresholds = [Float](repeating: 0, count: counts[forest.featureCount])
        var next = counts
        for node in splits {
            thresholds[next[node.feature]] = node.value
            next[node.feature] += 1
        }
        for feature in 0..<forest.featureCount {
            appendDistinct(thresholds[counts[feature]..<counts[feature + 1]])
            starts.append(cuts.count)
        }
    }

    private mutating func appendDistinct(_ thresholds: ArraySlice<Float>) {
        let start = cuts.count
        // Most thresholds repeat: a set first makes the sort small. Adding 0 makes -0.0 into 0.0,
        // which compares equal.
        let distinct = Set(thresholds.lazy.map { ($0 + 0).bitPattern })
        cuts.append(contentsOf: distinct.lazy.map { Float(bitPattern: $0) })
        cuts[start...].sort()
    }

    /// The run of at most 255 cuts that holds `threshold`, and its place there.
    func place(
        of threshold: Float,
        feature: Int
    ) -> (firstCut: Int, cutCount: Int, cut: Int) {
        var low = starts[feature]
        var high = starts[feature + 1]
        while low < high {
            let middle = (low + high) / 2
            if cuts[middle] < threshold { low = middle + 1 } else { high = middle }
        }
        let run = (low - starts[feature]) / SlotPlan.cutsMax * SlotPlan.cutsMax
        let first = starts[feature] + run
        let count = min(SlotPlan.cutsMax, starts[feature + 1] - first)
        return (first, count, low - first)
    }
}
