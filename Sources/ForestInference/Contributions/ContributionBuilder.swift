// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Writes trees as programs that give exact contributions (TreeSHAP, path dependent).
///
/// For a feature on a path let z be the product of the shares of the cover that its splits leave,
/// and o be 1 if the row satisfies all of them, else 0. A leaf of value v gives feature j
///
///     v (o_j - z_j) integral from 0 to 1 of the product over i != j of (t o_i + (1 - t) z_i) dt
///
/// which is a polynomial in t, so that Gauss-Legendre is exact with half as many points as there
/// are distinct features on the longest path. Instead of going to each leaf for each feature, every
/// split takes its part on the way up: P is what the path above gives at a point, H the mean of
/// what lies below, a the left child's share of it.
///
///     io = 1 / (t + (1 - t) z)                       (1 where the feature is new on the path)
///     a  = o ? ((1 - t) zl + (left ? t : 0)) io : share of the left child's cover
///     down:  P(root) = weight;   P(left) = a P;   P(right) = P - P(left)
///     up:    H(leaf) = value;    E = H(left) - H(right);   H = a E + H(right)
///     feature += o (left ? zr : -zl) sum over the points of P E io^2
///
/// Nothing cancels and nothing is divided by 1 - t: float32 is enough. The sum is scaled by a power
/// of two and rounded to an integer, so that the order of additions does not matter.
///
/// Sources: S. Lundberg et al., "From local explanations to global understanding with explainable
/// AI for trees", 2020, doi 10.1038/s42256-019-0138-9; P. Yu et al., "Linear TreeSHAP", 2022,
/// arXiv 2209.08192; "Quadrature TreeSHAP", arXiv 2605.04497.
struct ContributionBuilder {
    private(set) var steps: [cfk_contribution_step] = []
    private(set) var trees: [cfk_contribution_tree] = []
    private(set) var constants: [Float] = []
    /// Columns of the sums that each tree uses.
    private(set) var columns: [UInt32] = []
    /// The forest's feature of each column of the sums.
    private(set) var features: [Int] = []
    private(set) var pointsMax = 1
    private(set) var columnsMax = 0
    /// 1 of a sum is this much of a margin, reversed: a power of two.
    let scale: Float

    let forest: Forest
    private let covers: TreeCovers
    private let conditions: ConditionIndex
    let places: [SlotPlan.Split]
    /// The same trees for one row at a time; nil where they do not fit that kernel.
    var lanes: LaneBuilder?
    private var quadratures: [Quadrature] = []
    private var path: [Link] = []
    private var tree = TreeState()
    /// Columns of the sums by feature, and of the tree in work; -1: none.
    private(set) var columnOfFeature: [Int32]
    private var ownColumnOfFeature: [Int32]

    /// A child on the path to the node in work.
    struct Link {
        let feature: Int
        /// What the splits on the feature have left so far.
        let rest: Float
        let slot: UInt8
        let held: HeldRange
    }

    private struct TreeState {
        var index = 0
        var start = 0
        var quadrature = Quadrature(count: 1)
        var features: [Int] = []
    }

    /// - Parameter makesLanes: whether the trees are arranged for one row, too.
    init(_ forest: Forest, plan: SlotPlan, makesLanes: Bool) throws(ContributionError) {
        self.forest = forest
        conditions = ConditionIndex(forest, plan: plan)
        places = plan.splits
        lanes = makesLanes && plan.slots.count <= LaneProgram.slotsMax ? LaneBuilder() : nil
        covers = try TreeCovers(forest)
        scale = try Self.scale(of: forest)
        columnOfFeature = [Int32](repeating: -1, count: forest.featureCount)
        ownColumnOfFeature = columnOfFeature
        let splitCount = forest.nodes.count / 2
        steps.reserveCapacity(2 * splitCount)
        constants.reserveCapacity(20 * splitCount)
    }

    /// Integers of 31 bits hold what one tree gives a feature, which is at most as much as its
    /// leaves are apart.
    private static func scale(of forest: Forest) throws(ContributionError) -> Float {
        var range: Float = 0
        for tree in 0..<forest.treeCount {
            let leaves = forest.tree(tree).lazy.filter(\.isLeaf).map(\.value)
            let own = (leaves.max() ?? 0) - (leaves.min() ?? 0)
            guard own.isFinite else { throw .leaves(tree: tree) }
            range = max(range, own)
        }
        guard range > 0 else { return 1 }
        return Float(sign: .plus, exponent: min(100, 29 - Int(range.exponent)), significand: 1)
    }

    /// Appends a tree.
    /// - Returns: its mean over the training, by the covers.
    mutating func append(_ index: Int) throws(ContributionError) -> Double {
        let start = forest.treeStarts[index]
        let distinct = distinctMax(from: start, at: start)
        let points = max(1, (distinct + 1) / 2)
        while quadratures.count < points {
            quadratures.append(Quadrature(count: quadratures.count + 1))
        }
        pointsMax = max(pointsMax, points)
        tree = TreeState(index: index, start: start, quadrature: quadratures[points - 1])
        let firstStep = steps.count
        let mean = try node(start, depth: 0, slot: 0)
        lanes?.endTree(points: points)
        for feature in tree.features { ownColumnOfFeature[feature] = -1 }
        columnsMax = max(columnsMax, tree.features.count)
        trees.append(
            cfk_contribution_tree(
                first_step: UInt32(firstStep),
                step_count: UInt32(steps.count - firstStep),
                first_column: UInt32(columns.count - tree.features.count),
                column_count: UInt16(tree.features.count),
                points: UInt16(points)
            )
        )
        return mean
    }

    /// Ends the trees of an output.
    mutating func endOutput() { lanes?.endOutput() }

    /// Weights of one point, of two, and so on.
    var weights: [Float] { quadratures.flatMap(\.weights) }

    /// Conditions that steps ask.
    var conditionList: [cfk_condition] { conditions.conditions }

    /// The trees for one row at a time.
    /// - Parameter groupsOfOutput: for each output its groups among those of the lanes.
    func laneProgram(groupsOfOutput: [Range<Int>], slotCount: Int) -> LaneProgram? {
        guard let lanes else { return nil }
        return LaneProgram(
            lanes.tables,
            groupsOfOutput: groupsOfOutput,
            quadratures: quadratures,
            scale: scale,
            slotCount: slotCount
        )
    }

    /// Distinct features on the longest path below a node, those above it included.
    private mutating func distinctMax(from start: Int, at place: Int) -> Int {
        let node = forest.nodes[place]
        if node.isLeaf { return 0 }
        let isNew = ownColumnOfFeature[node.feature] < 0
        if isNew { ownColumnOfFeature[node.feature] = 0 }
        let left = start + Int(node.left)
        let below = max(distinctMax(from: start, at: left), distinctMax(from: start, at: left + 1))
        if isNew { ownColumnOfFeature[node.feature] = -1 }
        return below + (isNew ? 1 : 0)
    }

    /// The column of `feature` in the tree in work.
    private mutating func ownColumn(of feature: Int) -> UInt16 {
        if ownColumnOfFeature[feature] < 0 {
            ownColumnOfFeature[feature] = Int32(tree.features.count)
            tree.features.append(feature)
            if columnOfFeature[feature] < 0 {
                columnOfFeature[feature] = Int32(features.count)
                features.append(feature)
            }
            columns.append(UInt32(columnOfFeature[feature]))
        }
        return UInt16(ownColumnOfFeature[feature])
    }

    /// Whether a node is a leaf or has two.
    private func isShallow(_ place: Int) -> Bool {
        let node = forest.nodes[place]
        if node.isLeaf { return true }
        let left = tree.start + Int(node.left)
        return forest.nodes[left].isLeaf && forest.nodes[left + 1].isLeaf
    }

    /// Makes a step one that takes those after it, which go over its children.
    private mutating func goAround(at place: Int) {
        let children = steps[(place + 1)...].map { $0.kind & UInt8(CFK_STEP_REPEATED) != 0 }
        var kind = steps[place].kind | UInt8(CFK_STEP_AROUND)
        let hasLeft = kind & UInt8(CFK_STEP_LEFT_LEAF) == 0
        let hasRight = kind & UInt8(CFK_STEP_RIGHT_LEAF) == 0
        if hasLeft && children[0] { kind |= UInt8(CFK_STEP_LEFT_REPEATED) }
        if hasRight && children[children.count - 1] { kind |= UInt8(CFK_STEP_RIGHT_REPEATED) }
        steps[place].kind = kind
    }

    /// Writes what lies at and below a node, and returns its mean.
    private mutating func node(
        _ place: Int,
        depth: Int,
        slot: UInt8
    ) throws(ContributionError) -> Double {
        let node = forest.nodes[place]
        if node.isLeaf { return Double(node.value) }
        let left = tree.start + Int(node.left)
        guard let share = covers.leftShare(place: place, left: left) else {
            throw .cover(tree: tree.index, node: place - tree.start)
        }
        let before = path.last { $0.feature == node.feature }
        let split = Split(
            share: share,
            rest: before?.rest ?? 1,
            isRepeated: before != nil,
            leftLeaf: forest.nodes[left].isLeaf ? forest.nodes[left].value : nil,
            rightLeaf: forest.nodes[left + 1].isLeaf ? forest.nodes[left + 1].value : nil
        )
        let isAround = !split.isOver && isShallow(left) && isShallow(left + 1)
        let children = UInt8(2 * depth + 2)
        let step = cfk_contribution_step(
            condition: UInt32(conditions.ofNode[place]),
            constants: UInt32(constants.count),
            column: ownColumn(of: node.feature),
            kind: split.kind,
            slot: slot,
            children: children,
            before: before?.slot ?? 0,
            reserved: 0
        )
        split.append(to: &constants, quadrature: tree.quadrature, scale: scale)
        let placeOfStep = steps.count
        steps.append(step)
        let held = before?.held ?? .all
        let lane = appendLane(place, split, held)
        var means = (left: Double(split.leftLeaf ?? 0), right: Double(split.rightLeaf ?? 0))
        if split.leftLeaf == nil {
            path.append(link(place, split, held, lane, slot: children, isLeft: true))
            means.left = try self.node(left, depth: depth + 1, slot: children)
            path.removeLast()
        }
        if split.rightLeaf == nil {
            path.append(link(place, split, held, lane, slot: children + 1, isLeft: false))
            means.right = try self.node(left + 1, depth: depth + 1, slot: children + 1)
            path.removeLast()
        }
        if isAround {
            goAround(at: placeOfStep)
        } else if !split.isOver {
            steps[placeOfStep].kind &= UInt8(CFK_STEP_REPEATED)
            var up = step
            up.kind |= UInt8(CFK_STEP_UP)
            steps.append(up)
        }
        return share * means.left + (1 - share) * means.right
    }
}
