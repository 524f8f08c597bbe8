// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Arranges trees for the kernel that takes one row and sixteen splits at a time.
///
/// Trees with the same number of points go together, so that the vectors of every level are full;
/// a level lists its splits in the order in which their parents' vectors give them.
struct LaneBuilder {
    /// A split, with the places of the children that are splits.
    struct Split {
        let place: SlotPlan.Split
        let held: HeldRange
        let column: UInt16
        let leftRest: Float
        let rest: Float
        let share: Float
        let leftLeaf: Float?
        let rightLeaf: Float?
        var left: Int32 = -1
        var right: Int32 = -1

        /// What fills a vector up: no row is at it.
        static let filling = Split(
            place: SlotPlan.Split(slot: 0, cut: 0),
            held: .never,
            column: 0,
            leftRest: 0,
            rest: 1,
            share: 0,
            leftLeaf: 0,
            rightLeaf: 0
        )
    }

    /// Trees that share the vectors of a level.
    static let groupTrees = 16
    private static let lanes = 16

    private var splits: [Split] = []
    /// By points: the splits of trees that wait for others, and how many trees these are.
    private var waiting: [Int: (splits: [Split], roots: [Int32])] = [:]
    private(set) var tables = LaneTables()

    init() {}

    /// Splits of the tree in work.
    var splitCount: Int32 { Int32(splits.count) }

    /// Adds a split of the tree in work: the root first, children after their parents.
    mutating func append(_ split: Split) { splits.append(split) }

    /// Says that the next split is the left child of `parent`, or else its right one.
    mutating func link(_ parent: Int32, isLeft: Bool) {
        if isLeft {
            splits[Int(parent)].left = splitCount
        } else {
            splits[Int(parent)].right = splitCount
        }
    }

    /// Ends the tree in work.
    mutating func endTree(points: Int) {
        guard !splits.isEmpty else { return }
        var group = waiting.removeValue(forKey: points) ?? ([], [])
        let first = Int32(group.splits.count)
        group.roots.append(first)
        for var split in splits {
            if split.left >= 0 { split.left += first }
            if split.right >= 0 { split.right += first }
            group.splits.append(split)
        }
        splits.removeAll(keepingCapacity: true)
        if group.roots.count == Self.groupTrees {
            write(group.splits, group.roots, points: points)
        } else {
            waiting[points] = group
        }
    }

    /// Ends the trees of an output.
    mutating func endOutput() {
        for (points, group) in waiting.sorted(by: { $0.key < $1.key }) {
            write(group.splits, group.roots, points: points)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ splits: [Split], _ roots: [Int32], points: Int) {
        tables.beginGroup(points: points)
        var level = roots
        while !level.isEmpty {
            var next: [Int32] = []
            for first in stride(from: 0, to: level.count, by: Self.lanes) {
                let vector = level[first..<min(first + Self.lanes, level.count)]
                next += vector.map { splits[Int($0)].left }.filter { $0 >= 0 }
                next += vector.map { splits[Int($0)].right }.filter { $0 >= 0 }
            }
            tables.append(level: level.lazy.map { splits[Int($0)] })
            level = next
        }
        tables.endGroup()
    }
}
