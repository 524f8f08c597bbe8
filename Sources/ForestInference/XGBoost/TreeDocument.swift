// SPDX-License-Identifier: Apache-2.0

/// One tree as written: parallel arrays with one entry a node.
struct TreeDocument {
    var id: String?
    var leftChildren: [Int32]?
    var rightChildren: [Int32]?
    var splitIndices: [Int32]?
    var splitConditions: [Float]?
    var defaultLeft: [Int32]?
    var splitType: [Int32] = []
    /// Sums of second derivatives of each node's training rows; empty where it is not said.
    var sumHessian: [Float] = []
    var categories: [Int32] = []
    var categoryNodes: [Int32] = []
    var categorySegments: [Int32] = []
    var categorySizes: [Int32] = []
    var nodeCount: String?
    var deletedCount: String?
    var featureCount: String?
    var leafVectorSize: String?
    /// Of nodes: the leaves' values where these are several, to XGBoost 3.1.
    var baseWeights: [Float] = []
    /// The leaves' values where these are several, since XGBoost 3.2.
    var leafWeights: [Float]?

    /// Reads the object of one tree of at most `nodeLimit` nodes.
    init(reader: inout some DocumentReader, nodeLimit: Int) throws(ForestError) {
        var keys = try KeyReader<TreeKey>(&reader)
        var baseReader = reader
        while let key = try keys.next(&reader) {
            switch key {
            case .id: id = try reader.scalarText()
            case .leftChildren: leftChildren = try reader.integers(limit: nodeLimit)
            case .rightChildren: rightChildren = try reader.integers(limit: nodeLimit)
            case .splitIndices: splitIndices = try reader.integers(limit: nodeLimit)
            case .splitConditions: splitConditions = try reader.floats(limit: nodeLimit)
            case .defaultLeft: defaultLeft = try reader.integers(limit: nodeLimit)
            case .splitType: splitType = try reader.integers(limit: nodeLimit)
            case .categories: categories = try reader.integers(limit: ForestLimits.nodesMax)
            case .categoryNodes: categoryNodes = try reader.integers(limit: nodeLimit)
            case .categorySegments: categorySegments = try reader.integers(limit: nodeLimit)
            case .categorySizes: categorySizes = try reader.integers(limit: nodeLimit)
            case .parameters: try readParameters(&reader)
            case .sumHessian: sumHessian = try reader.floats(limit: nodeLimit)
            case .baseWeights:
                baseReader = reader
                try reader.skip()
            case .leafWeights: leafWeights = try reader.floats(limit: ForestLimits.nodesMax)
            // Statistics of training, and parents, which children say again.
            case .leafChildCounts, .lossChanges, .parents: try reader.skip()
            }
        }
        // Of most trees they are a statistic, too: they are read once it is known what they are.
        if let size = leafVectorSize, size != "0", size != "1", leafWeights == nil {
            baseWeights = try baseReader.floats(limit: ForestLimits.nodesMax)
        }
    }

    private mutating func readParameters(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<TreeParameterKey>(&reader)
        while let key = try keys.next(&reader) {
            let text = try reader.scalarText()
            switch key {
            case .deletedCount: deletedCount = text
            case .featureCount: featureCount = text
            case .nodeCount: nodeCount = text
            case .leafVectorSize: leafVectorSize = text
            }
        }
    }
}
