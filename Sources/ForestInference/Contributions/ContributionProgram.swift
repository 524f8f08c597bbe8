// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The programs of all trees, as the kernels read them.
///
/// Proof of bounds: a program is made from what ``ContributionBuilder`` has counted while it wrote:
/// steps and constants of a tree lie where its entry says, slots stay below `slotCount`, columns
/// below `features`, conditions below those of the index that the builder was given.
final class ContributionProgram: Sendable {
    /// The forest's feature of each column of the sums.
    let features: [Int]
    let conditions: [cfk_condition]
    /// For each output its trees.
    let treesOfOutput: [Range<Int>]
    /// For each output the mean of its trees over the training.
    let means: [Double]
    /// 1 of a sum, as a margin.
    let unit: Double
    /// The trees for one row at a time; nil where that has not been asked for or does not fit.
    let lanes: LaneProgram?
    private let steps: AlignedStorage
    private let trees: AlignedStorage
    private let constants: AlignedStorage
    private let columns: AlignedStorage
    private let weights: AlignedStorage
    private let slotCount: Int
    private let pointsMax: Int
    private let columnsMax: Int

    /// Bytes that a program may have. One of the documented model has 13 MiB.
    static let bytesMax = 1 << 30
    /// Bytes of a split with few points: two steps, and constants.
    private static let splitBytes = 128

    /// - Parameter makesLanes: whether the trees are arranged for one row, too.
    init(_ forest: Forest, plan: SlotPlan, makesLanes: Bool) throws(ContributionError) {
        let bytes = forest.nodes.count / 2 * Self.splitBytes
        guard bytes <= Self.bytesMax else { throw .tooLarge(bytes: bytes, limit: Self.bytesMax) }
        var builder = try ContributionBuilder(forest, plan: plan, makesLanes: makesLanes)
        var ranges: [Range<Int>] = []
        var groups: [Range<Int>] = []
        var means: [Double] = []
        for output in 0..<forest.outputCount {
            let first = builder.trees.count
            let firstGroup = builder.lanes?.tables.groups.count ?? 0
            var mean = 0.0
            for tree in forest.outputStarts[output]..<forest.outputStarts[output + 1] {
                mean += try builder.append(tree)
            }
            builder.endOutput()
            ranges.append(first..<builder.trees.count)
            groups.append(firstGroup..<max(firstGroup, builder.lanes?.tables.groups.count ?? 0))
            means.append(mean)
        }
        features = builder.features
        conditions = builder.conditionList
        lanes = builder.laneProgram(groupsOfOutput: groups, slotCount: plan.slots.count)
        treesOfOutput = ranges
        self.means = means
        unit = 1 / Double(builder.scale)
        steps = AlignedStorage(builder.steps)
        trees = AlignedStorage(builder.trees)
        constants = AlignedStorage(builder.constants)
        columns = AlignedStorage(builder.columns)
        weights = AlignedStorage(builder.weights)
        slotCount = 2 * Int(forest.heights().max() ?? 0) + 2
        pointsMax = builder.pointsMax
        columnsMax = builder.columnsMax
    }

    var byteCount: Int {
        [steps, trees, constants, columns, weights].reduce(lanes?.byteCount ?? 0) {
            $0 + $1.byteCount
        }
            + conditions.count * MemoryLayout<cfk_condition>.stride
    }

    /// Bytes of working memory that a kernel needs for itself.
    var scratchBytes: Int { (2 * slotCount * pointsMax + columnsMax) * Int(CFK_TILE_ROWS) * 4 }

    /// The program as the kernels see it; valid while `self` lives.
    var kernelForest: cfk_contribution_forest {
        unsafe cfk_contribution_forest(
            steps: steps.pointer(to: cfk_contribution_step.self),
            trees: trees.pointer(to: cfk_contribution_tree.self),
            constants: constants.pointer(to: Float.self),
            columns: columns.pointer(to: UInt32.self),
            weights: weights.pointer(to: Float.self),
            condition_count: conditions.count,
            column_count: features.count,
            slot_count: slotCount,
            points_max: pointsMax
        )
    }
}
