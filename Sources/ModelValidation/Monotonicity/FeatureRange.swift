// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The values of a feature that reach a node: an interval, and among these the categories that its
/// sets leave; and whether a missing value does.
struct FeatureRange: Equatable {
    /// The smallest value, in the interval.
    private var lower = -Float.infinity
    /// The end of the interval, not in it.
    private var upper = Float.infinity
    /// Categories that are left, one bit each; nil where no split asked for one.
    private var categories: [UInt32]?
    /// Whether a value is left that no set has.
    private var allowsOthers = true
    private(set) var allowsMissing: Bool

    /// All values.
    init(allowsMissing: Bool) { self.allowsMissing = allowsMissing }

    /// A value that is not missing; nil where only missing ones are left. Of an interval it is the
    /// lower end, which is a threshold, where it has one.
    var value: Float? {
        guard let categories else {
            if lower > -.infinity { return lower < upper ? lower : nil }
            if upper == .infinity { return 0 }
            let below = upper.comfortablyBelow
            return below.isFinite ? below : nil
        }
        for (index, word) in categories.enumerated() where word != 0 {
            return Float(index * 32 + word.trailingZeroBitCount)
        }
        return allowsOthers ? Float(categories.count * 32) : nil
    }

    /// Whether nothing is left.
    var isEmpty: Bool { !allowsMissing && value == nil }

    /// What of the values goes to one child of a split on the feature.
    func narrowed(
        by node: Forest.Node,
        goesRight: Bool,
        sets: [Forest.CategorySet],
        wordCount: Int
    ) -> FeatureRange {
        var range = self
        range.allowsMissing = allowsMissing && node.defaultsLeft != goesRight
        guard node.isCategorical else {
            if goesRight {
                range.lower = max(lower, node.value)
            } else {
                range.upper = min(upper, node.value)
            }
            return range
        }
        var words = categories ?? [UInt32](repeating: .max, count: wordCount)
        let set = sets[node.categorySet].words
        for index in words.indices {
            let inSet = index < set.count ? set[index] : 0
            words[index] &= goesRight ? inSet : ~inSet
        }
        range.categories = words
        if goesRight { range.allowsOthers = false }
        return range
    }
}

extension Float {
    /// A number below this one that people read easily: smaller by 1 where that is smaller.
    var comfortablyBelow: Float { self - 1 < self ? self - 1 : nextDown }
}
