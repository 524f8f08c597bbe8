// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// What the ranking kernels need: which column is ranked by which cuts into which slots.
///
/// Proof of bounds for the kernels: a plan is made by ``Builder`` only, whose offsets count what
/// it has appended, whose slots come from the slot plan, and whose columns lie below
/// `columnCount` and `codeColumnCount`, which every call checks against its source.
final class RankPlan: Sendable {
    let slotCount: Int
    /// Float columns a source must have.
    let columnCount: Int
    /// Code columns a source must have.
    let codeColumnCount: Int
    private let ranks: AlignedStorage
    private let sets: AlignedStorage
    private let codes: AlignedStorage
    private let cuts: AlignedStorage
    private let searches: AlignedStorage
    private let words: AlignedStorage
    private let tables: AlignedStorage
    private let counts: (ranks: UInt32, sets: UInt32, codes: UInt32)

    /// Bytes of the plan.
    var byteCount: Int {
        [ranks, sets, codes, cuts, searches, words, tables].reduce(0) { $0 + $1.byteCount }
    }

    private init(_ builder: Builder, slotCount: Int, columnCount: Int, codeColumnCount: Int) {
        self.slotCount = slotCount
        self.columnCount = columnCount
        self.codeColumnCount = codeColumnCount
        ranks = AlignedStorage(builder.ranks)
        sets = AlignedStorage(builder.sets)
        codes = AlignedStorage(builder.codes)
        cuts = AlignedStorage(builder.cuts)
        searches = AlignedStorage(builder.searches)
        words = AlignedStorage(builder.words)
        tables = AlignedStorage(builder.tables)
        counts = (
            UInt32(builder.ranks.count), UInt32(builder.sets.count), UInt32(builder.codes.count)
        )
    }

    /// The plan as the kernels see it; valid while `self` lives.
    var kernelPlan: cfk_rank_plan {
        unsafe cfk_rank_plan(
            ranks: ranks.pointer(to: cfk_rank_column.self),
            sets: sets.pointer(to: cfk_set_column.self),
            codes: codes.pointer(to: cfk_code_column.self),
            cuts: cuts.pointer(to: Float.self),
            searches: searches.pointer(to: UInt8.self),
            words: words.pointer(to: UInt32.self),
            tables: tables.pointer(to: UInt8.self),
            rank_count: counts.ranks,
            set_count: counts.sets,
            code_count: counts.codes,
            slot_count: UInt32(slotCount)
        )
    }

    /// Ranked columns.
    var rankCount: Int { Int(counts.ranks) }

    /// Ranked column number `index`.
    func rank(_ index: Int) -> cfk_rank_column {
        precondition(index < rankCount, "ranked columns are counted")
        return unsafe ranks.pointer(to: cfk_rank_column.self)[index]
    }

    /// The cuts of ranked column number `index`, which lie in heap order; see `Builder.heap`.
    func sortedCuts(ofRank index: Int) -> [Float] {
        let column = rank(index)
        let heap = unsafe cuts.pointer(to: Float.self) + Int(column.cut_offset)
        return (1...Int(column.cut_count)).map { place in
            // The width of the subtree in whose middle the cut stands is twice its lowest bit.
            let half = place & -place
            return unsafe heap[1 << Int(column.levels) / (2 * half) + place / (2 * half)]
        }
    }

    /// The slots of sets, and after them those of codes, in the order of the plan.
    var categorySlots: [Int] {
        let sets = unsafe sets.pointer(to: cfk_set_column.self)
        let codes = unsafe codes.pointer(to: cfk_code_column.self)
        return (0..<Int(counts.sets)).map { unsafe Int(sets[$0].slot) }
            + (0..<Int(counts.codes)).map { unsafe Int(codes[$0].slot) }
    }

    /// Collects columns.
    struct Builder {
        fileprivate var ranks: [cfk_rank_column] = []
        fileprivate var sets: [cfk_set_column] = []
        fileprivate var codes: [cfk_code_column] = []
        fileprivate var cuts: [Float] = []
        fileprivate var searches: [UInt8] = []
        fileprivate var words: [UInt32] = []
        /// Where the words of a set begin, by its position: slots of one set share them.
        private var wordOffsets: [Int: Int] = [:]
        fileprivate var tables: [UInt8] = []

        /// Codes from this on share the last entry of a table.
        static let codeTableCount = 64

        /// Ranks column `source` by sorted `values`; NaN at the end is never reached. The number
        /// of levels makes room for one more entry than there are cuts. One or two
        /// slots receive the rank, each with its own byte for a missing value.
        mutating func addRank(source: Int, cuts values: [Float], slots: [(Int, UInt8)]) {
            precondition(values.count <= SlotPlan.cutsMax && (1...2).contains(slots.count))
            // 16 entries at least: one vector, four steps.
            var levels = 4
            while 1 << levels <= values.count { levels += 1 }
            let second = slots.count == 2 ? slots[1] : (0, 0)
            ranks.append(
                cfk_rank_column(
                    source: UInt32(source),
                    cut_offset: UInt32(cuts.count),
                    search_offset: UInt32(searches.count),
                    cut_count: UInt16(values.count),
                    levels: UInt8(levels),
                    slot_count: UInt8(slots.count),
                    slots: (UInt16(slots[0].0), UInt16(second.0)),
                    missing: (slots[0].1, second.1),
                    reserved: (0, 0)
                )
            )
            let heap = Self.heap(values, levels: levels)
            cuts.append(contentsOf: heap)
            // A single cut is compared.
            if values.count > 1 {
                searches.append(contentsOf: SearchTable.bytes(heap: heap, levels: levels))
            }
        }

        /// Sorted cuts in the order a search meets them: entry i leads to 2 i and 2 i + 1.
        private static func heap(_ sorted: [Float], levels: Int) -> [Float] {
            var entries = [Float](repeating: .nan, count: 1 << levels)
            for level in 0..<levels {
                // An entry has as many cuts to its left as its subtree below is wide.
                let width = 1 << (levels - level)
                for place in 0..<1 << level where place * width + width / 2 <= sorted.count {
                    entries[1 << level + place] = sorted[place * width + width / 2 - 1]
                }
            }
            return entries
        }

        mutating func addSet(source: Int, set: Int, of forest: Forest, slot: Int, missing: UInt8) {
            let members = forest.categorySets[set].words
            let offset = wordOffsets[set] ?? words.count
            if offset == words.count {
                wordOffsets[set] = offset
                words.append(contentsOf: members)
            }
            sets.append(
                cfk_set_column(
                    source: UInt32(source),
                    word_offset: UInt32(offset),
                    word_count: UInt32(members.count),
                    slot: UInt16(slot),
                    missing: missing,
                    reserved: 0
                )
            )
        }

        /// Looks codes of column `source` up in a table of 64 bytes.
        mutating func addCodes(source: Int, table: [UInt8], slot: Int) {
            precondition(table.count == Self.codeTableCount)
            codes.append(
                cfk_code_column(
                    source: UInt32(source),
                    table_offset: UInt32(tables.count),
                    slot: UInt16(slot),
                    reserved: 0
                )
            )
            tables.append(contentsOf: table)
        }

        /// Ranks column `source`, which holds prepared values, into a group of `slotGroups`.
        mutating func add(_ group: [Int], source: Int, plan: SlotPlan, forest: Forest) {
            switch plan.slots[group[0]].kind {
            case .rank(let first, let count):
                addRank(
                    source: source,
                    cuts: Array(plan.cuts[first..<first + count]),
                    slots: group.map { ($0, plan.slots[$0].missing) }
                )
            case .set(let set):
                for slot in group {
                    addSet(
                        source: source,
                        set: set,
                        of: forest,
                        slot: slot,
                        missing: plan.slots[slot].missing
                    )
                }
            }
        }

        func build(slotCount: Int, columnCount: Int, codeColumnCount: Int) -> RankPlan {
            RankPlan(
                self,
                slotCount: slotCount,
                columnCount: columnCount,
                codeColumnCount: codeColumnCount
            )
        }
    }

    /// The plan for a prepared matrix.
    static func prepared(_ plan: SlotPlan, forest: Forest) -> RankPlan {
        var builder = Builder()
        for group in plan.slotGroups {
            let feature = plan.slots[group[0]].feature
            builder.add(group, source: feature, plan: plan, forest: forest)
        }
        return builder.build(
            slotCount: plan.slots.count,
            columnCount: forest.featureCount,
            codeColumnCount: 0
        )
    }
}

extension SlotPlan {
    /// Slots that differ in the default direction only, one or two to a group, ordered by column
    /// so that ranking reads the matrix front to back.
    var slotGroups: [[Int]] {
        struct Key: Hashable {
            let feature: Int
            let kind: Slot.Kind
        }
        let groups = Dictionary(grouping: slots.indices) { index in
            Key(feature: slots[index].feature, kind: slots[index].kind)
        }
        return groups.values.sorted { left, right in
            (slots[left[0]].feature, left[0]) < (slots[right[0]].feature, right[0])
        }
    }
}
