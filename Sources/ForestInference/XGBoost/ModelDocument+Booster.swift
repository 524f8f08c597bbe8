// SPDX-License-Identifier: Apache-2.0

// `gradient_booster` and below.

extension ModelDocument {
    mutating func readBooster(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<BoosterKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .name: boosterName = try reader.scalarText()
            case .model: try readForest(&reader)
            case .forestOfDart: try readForestOfDart(&reader)
            case .treeWeights: try readTreeWeights(&reader)
            }
        }
    }

    /// A booster within the booster; its name is always `gbtree`.
    private mutating func readForestOfDart(
        _ reader: inout some DocumentReader
    ) throws(ForestError) {
        var keys = try KeyReader<DartForestKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .name:
                guard try reader.scalarText() == "gbtree" else {
                    throw .invalidValue(field: BoosterKey.forestOfDart.rawValue)
                }
            case .model: try readForest(&reader)
            }
        }
    }

    /// The weight of each tree, at any of the places that releases have for them.
    private mutating func readTreeWeights(
        _ reader: inout some DocumentReader
    ) throws(ForestError) {
        guard treeWeights == nil else {
            throw .duplicateField(BoosterKey.treeWeights.rawValue)
        }
        treeWeights = try reader.floats(limit: ForestLimits.treesMax)
    }

    private mutating func readForest(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<ForestKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .parameters: try readForestParameters(&reader)
            case .trees: try readTrees(&reader)
            case .treeGroups: treeGroups = try reader.integers(limit: ForestLimits.treesMax)
            case .iterationStarts:
                iterationStarts = try reader.integers(limit: ForestLimits.treesMax + 1)
            case .categories: try readCategories(&reader)
            case .treeWeights: try readTreeWeights(&reader)
            case .linearWeights:
                linearWeights = try reader.floats(limit: ForestLimits.linearWeightsMax)
            case .linearRounds: linearRounds = try reader.scalarText()
            }
        }
    }

    private mutating func readForestParameters(
        _ reader: inout some DocumentReader
    ) throws(ForestError) {
        var keys = try KeyReader<ForestParameterKey>(&reader)
        while let key = try keys.next(&reader) {
            let text = try reader.scalarText()
            switch key {
            case .treesPerIteration: forest.treesPerIteration = text
            case .treeCount: forest.treeCount = text
            case .leafVectorSize: forest.leafVectorSize = text
            }
        }
    }

    private mutating func readTrees(_ reader: inout some DocumentReader) throws(ForestError) {
        hasTrees = true
        var state = try reader.beginArray()
        while try reader.hasElement(&state) {
            let index = treeBuilder.treeCount
            guard index < ForestLimits.treesMax else {
                throw .tooLarge(.trees, count: index + 1, limit: ForestLimits.treesMax)
            }
            let nodesLeft = ForestLimits.nodesMax - treeBuilder.nodeCount
            let tree = try TreeDocument(reader: &reader, nodeLimit: nodesLeft)
            try treeBuilder.append(tree)
        }
    }

    /// Reads how many categories of each feature are in the document, and what they are called.
    /// Splits name codes, which count the categories in their order there.
    private mutating func readCategories(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<CategoriesKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .featureSegments:
                categoryStarts = try reader.integers(limit: ForestLimits.featuresMax + 1)
            case .encodings: try readCategoryEncodings(&reader)
            case .sortedIndex: try reader.skip()
            }
        }
    }

    private mutating func readCategoryEncodings(
        _ reader: inout some DocumentReader
    ) throws(ForestError) {
        var left = ForestLimits.categoryNameValuesMax
        var state = try reader.beginArray()
        while try reader.hasElement(&state) {
            guard categoryEncodings.count < ForestLimits.featuresMax else {
                throw .tooLarge(
                    .features,
                    count: categoryEncodings.count + 1,
                    limit: ForestLimits.featuresMax
                )
            }
            let encoding = try CategoryEncoding(reader: &reader, limit: left)
            left -= encoding.valueCount
            categoryEncodings.append(encoding)
        }
    }
}
