// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// Rows: a range for each feature.
///
/// A walk narrows one feature at each split and takes it back, so that the box of all features is
/// never copied.
struct FeatureBox {
    private var ranges: [FeatureRange]
    /// Sets of the categorical splits of the forest.
    private let sets: [Forest.CategorySet]
    /// Words of the widest of these.
    private let wordCount: Int

    /// All rows of a forest.
    init(_ forest: Forest) {
        ranges = Array(repeating: FeatureRange(allowsMissing: true), count: forest.featureCount)
        sets = forest.categorySets
        wordCount = sets.map(\.words.count).max() ?? 0
    }

    /// The range of a feature.
    subscript(feature: Int) -> FeatureRange {
        get { ranges[feature] }
        set { ranges[feature] = newValue }
    }

    /// What of `range` goes to one child of `node`.
    func narrowed(_ range: FeatureRange, by node: Forest.Node, goesRight: Bool) -> FeatureRange {
        range.narrowed(by: node, goesRight: goesRight, sets: sets, wordCount: wordCount)
    }

    /// Runs `body` where a row of the box reaches one child of `node`, with the box of that child.
    mutating func descend(_ node: Forest.Node, goesRight: Bool, _ body: (inout Self) -> Void) {
        let whole = ranges[node.feature]
        let part = narrowed(whole, by: node, goesRight: goesRight)
        guard !part.isEmpty else { return }
        ranges[node.feature] = part
        body(&self)
        ranges[node.feature] = whole
    }

    /// A row of the box; features are missing only where they must.
    var row: [Float] { ranges.map { $0.value ?? .nan } }
}
