// SPDX-License-Identifier: Apache-2.0

/// The trees of one output, and how deep they are.
struct ForestPart {
    let forest: Forest
    let plan: SlotPlan
    /// Splits on the longest path below each node.
    let heights: [UInt8]
    /// Splits on the longest path of each tree.
    let depths: [Int]

    init(_ whole: Forest, plan: SlotPlan, output: Int) {
        let forest = whole.part(ofOutput: output)
        let heights = forest.heights()
        self.forest = forest
        let first = whole.treeStarts[whole.outputStarts[output]]
        self.plan = plan.part(ofNodes: first..<first + forest.nodes.count)
        self.heights = heights
        depths = forest.treeStarts.dropLast().map { Int(heights[$0]) }
    }

    /// The trees for the kernels that compare values; nil where they do not fit.
    func keyed(_ keys: SlotKeys) -> KeyedForest? {
        KeyedForest(forest, plan: plan, depths: depths, keys: keys)
    }
}
