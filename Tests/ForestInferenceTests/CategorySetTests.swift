// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// What the category sets of a forest may take. A set takes 8 KiB as soon as it names the last
/// category there may be.
@Suite struct CategorySetTests {
    /// Sets of 8 KiB that a forest may have.
    private static let fullSetsMax = ForestLimits.categoryWordsMax / 2_048
    private static let last = ForestLimits.categoriesMax - 1

    private func list(_ values: [Int]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
    }

    private func read(
        _ trees: [ModelText.Tree],
        featureCount: Int = 1
    ) throws(ForestError) -> Forest {
        try Forest(xgboost: ModelText(trees, featureCount: featureCount).bytes)
    }

    /// A tree of one split, by a set of categories.
    private func stump(_ categories: [Int], feature: Int = 0) -> ModelText.Tree {
        let arrays = """
            "left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[\(feature),0,0],\
            "split_conditions":[0,-1,1],"default_left":[0,0,0],"split_type":[1,0,0],\
            "categories":\(list(categories)),"categories_nodes":[0],"categories_segments":[0],\
            "categories_sizes":[\(categories.count)]
            """
        return ModelText.Tree(arrays, nodeCount: 3)
    }

    /// The same split by a number.
    private func withoutCategories(_ tree: ModelText.Tree) -> ModelText.Tree {
        let arrays = tree.arrays.replacing("\"split_type\":[1,0,0]", with: "\"split_type\":[]")
        return ModelText.Tree(arrays, nodeCount: tree.nodeCount)
    }

    @Test func setsBeyondTheirTotalAreRefused() throws {
        let trees = (0...Self.fullSetsMax).map { stump([$0, Self.last]) }
        let forest = try read(trees.dropLast())
        #expect(forest.categorySets.count == Self.fullSetsMax)
        #expect(
            throws: ForestError.tooLarge(
                .categoryWords,
                count: ForestLimits.categoryWordsMax + 2_048,
                limit: ForestLimits.categoryWordsMax
            )
        ) { try read(trees) }
    }

    @Test func storedSetsBeyondTheirTotalAreRefused() throws {
        var sections = try read((0..<Self.fullSetsMax).map { stump([$0, Self.last]) }).sections()
        #expect(try Forest(sections: sections).categorySets.count == Self.fullSetsMax)
        // One more of one word: a count of words, and the word.
        for (index, section) in sections.enumerated() {
            var bytes = section.bytes
            if bytes.count > Self.fullSetsMax * 8_192 {
                bytes += [1, 0, 0, 0, 1, 0, 0, 0]
            } else if bytes.count == 32 {
                #expect(bytes[24] == 0, "the count of sets")
                bytes[24] = 1
            }
            sections[index] = ForestSection(id: section.id, bytes: bytes)
        }
        #expect(
            throws: ForestError.tooLarge(
                .categoryWords,
                count: ForestLimits.categoryWordsMax + 1,
                limit: ForestLimits.categoryWordsMax
            )
        ) { try Forest(sections: sections) }
    }

    @Test func moreSetsThanByteColumnsAreRefused() throws {
        // Two categories below 160 distinguish them: five words each.
        let trees = (0...ForestLimits.categorySetsMax).map { stump([$0 % 128, 128 + $0 / 128]) }
        #expect(try read(trees.dropLast()).categorySets.count == ForestLimits.categorySetsMax)
        #expect(
            throws: ForestError.tooLarge(
                .categorySets,
                count: ForestLimits.categorySetsMax + 1,
                limit: ForestLimits.categorySetsMax
            )
        ) { try read(trees) }
    }

    /// A full tree of depth 11 whose splits list parts of the same categories, each another one.
    private var overlapping: ModelText.Tree {
        let splits = Array(0..<2_047)
        let leaves = [Int](repeating: -1, count: 2_048)
        let zeros = list([Int](repeating: 0, count: 4_095))
        let arrays = """
            "left_children":\(list(splits.map { 2 * $0 + 1 } + leaves)),\
            "right_children":\(list(splits.map { 2 * $0 + 2 } + leaves)),"split_indices":\(zeros),\
            "split_conditions":\(zeros),"default_left":\(zeros),\
            "split_type":\(list(splits.map { _ in 1 } + leaves.map { _ in 0 })),\
            "categories":\(list([Int](repeating: 1, count: 8_192))),\
            "categories_nodes":\(list(splits)),"categories_segments":\(list(splits)),\
            "categories_sizes":\(list(splits.map { _ in 6_000 }))
            """
        return ModelText.Tree(arrays, nodeCount: 4_095)
    }

    @Test func listsThatOverlapWithoutEndAreRefused() throws {
        let tree = overlapping
        #expect(try read([tree]).categorySets.count == 1)
        #expect(throws: ForestError.self) { try read([tree, tree]) }
    }

    @Test func slotsOfOneSetShareItsWords() throws {
        let features = 0..<200
        let trees = features.map { stump([3, Self.last], feature: $0) }
        let forest = try read(trees, featureCount: features.count)
        let compiled = try CompiledForest(forest)
        #expect(forest.categorySets.count == 1)
        #expect(compiled.byteColumnCount == features.count)
        // Copies would take 1.6 MB more than 200 stumps take.
        let numbers = trees.map { withoutCategories($0) }
        let plain = try CompiledForest(read(numbers, featureCount: features.count))
        #expect(compiled.compiledBytes < plain.compiledBytes + 4 * 8_192)
        let row = features.map { [Float(3), 4, .nan, Float(Self.last)][$0 % 4] }
        let margin = ReferencePredictor(forest).margin(of: row)
        for kernel in compiled.activeKernels {
            let scores = compiled.scores(
                row,
                layout: .rowMajor(rowCount: 1, columnCount: features.count),
                output: .margin,
                kernel: kernel
            )
            #expect(scores[0].bitPattern == margin.bitPattern)
        }
    }

    @Test func moreByteColumnsThanThereMayBeAreRefused() throws {
        let count = ForestLimits.byteColumnsMax
        let trees = (0...count).map { withoutCategories(stump([1], feature: $0)) }
        let most = try CompiledForest(read(trees.dropLast(), featureCount: count))
        #expect(most.byteColumnCount == count)
        let forest = try read(trees, featureCount: count + 1)
        #expect(throws: ForestError.tooLarge(.columns, count: count + 1, limit: count)) {
            try CompiledForest(forest)
        }
    }
}
