// SPDX-License-Identifier: Apache-2.0

/// The distinct category sets of a forest, in order of first use.
///
/// A set takes as much memory as its largest category asks for, however few it lists, so that what
/// all sets take is limited while they are made.
struct CategorySetTable {
    private(set) var sets: [Forest.CategorySet] = []
    private var positions: [Forest.CategorySet: Int] = [:]
    /// What was read and made so far, for sets that were there already too: it takes time.
    private var listedCount = 0
    private var wordCount = 0

    /// The position of the set of `categories`; nil where one of them is out of range.
    /// - Throws: `tooLarge` when all sets take more than they may.
    mutating func position(of categories: ArraySlice<Int32>) throws(ForestError) -> Int? {
        listedCount += categories.count
        guard listedCount <= ForestLimits.categoriesListedMax else {
            throw .tooLarge(
                .categories,
                count: listedCount,
                limit: ForestLimits.categoriesListedMax
            )
        }
        guard let low = categories.min(), let high = categories.max(), low >= 0,
            high < ForestLimits.categoriesMax
        else { return nil }
        let count = Int(high) / 32 + 1
        wordCount += count
        guard wordCount <= ForestLimits.categoryWordsMax else {
            throw .tooLarge(
                .categoryWords,
                count: wordCount,
                limit: ForestLimits.categoryWordsMax
            )
        }
        var words = [UInt32](repeating: 0, count: count)
        for category in categories {
            words[Int(category) / 32] |= 1 << UInt32(category % 32)
        }
        return try position(of: Forest.CategorySet(words: words))
    }

    private mutating func position(of set: Forest.CategorySet) throws(ForestError) -> Int {
        if let known = positions[set] { return known }
        guard sets.count < ForestLimits.categorySetsMax else {
            throw .tooLarge(
                .categorySets,
                count: sets.count + 1,
                limit: ForestLimits.categorySetsMax
            )
        }
        positions[set] = sets.count
        sets.append(set)
        return sets.count - 1
    }
}

/// The category lists of one tree, by node.
struct TreeCategories {
    private let categories: [Int32]
    private let index: Int
    /// Part of `categories` that a node lists; empty for one that lists none.
    private var parts: [Range<Int>]
    /// Positions of the parts that were looked at.
    private var positions: [Range<Int>: Int] = [:]

    /// Checks that every list belongs to a node, and lies within the tree's categories.
    init(_ tree: TreeDocument, index: Int, nodeCount: Int) throws(ForestError) {
        self.index = index
        categories = tree.categories
        parts = []
        let entries = tree.categoryNodes.count
        for (field, array) in [
            ("categories_segments", tree.categorySegments),
            ("categories_sizes", tree.categorySizes),
        ] where array.count != entries {
            throw .invalidTree(
                index,
                .arrayLength(field: field, count: array.count, expected: entries)
            )
        }
        guard entries > 0 else { return }
        parts = [Range<Int>](repeating: 0..<0, count: nodeCount)
        for entry in 0..<entries {
            guard let node = Int(exactly: tree.categoryNodes[entry]), parts.indices.contains(node),
                parts[node].isEmpty
            else { throw .invalidTree(index, .categories(node: entry)) }
            let begin = Int(tree.categorySegments[entry])
            let size = Int(tree.categorySizes[entry])
            guard begin >= 0, size > 0, begin <= categories.count, size <= categories.count - begin
            else { throw .invalidTree(index, .categories(node: node)) }
            parts[node] = begin..<begin + size
        }
    }

    /// The position of a node's set in `table`, made there unless it is known.
    /// - Throws: as the table does, and for a node without categories or with bad ones.
    mutating func position(
        ofNode node: Int,
        in table: inout CategorySetTable
    ) throws(ForestError) -> Int {
        guard parts.indices.contains(node), !parts[node].isEmpty else {
            throw .invalidTree(index, .categories(node: node))
        }
        let part = parts[node]
        if let known = positions[part] { return known }
        guard let position = try table.position(of: categories[part]) else {
            throw .invalidTree(index, .categories(node: node))
        }
        positions[part] = position
        return position
    }
}
