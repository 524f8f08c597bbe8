// SPDX-License-Identifier: Apache-2.0

/// One tree as written: parallel arrays with one entry a node.
struct TreeDocument {
    var leftChildren: [Int32]?
    var rightChildren: [Int32]?
    var splitIndices: [Int32]?
    var splitConditions: [Float]?
    var defaultLeft: [Int32]?
    var splitType: [Int32] = []
    var categories: [Int32] = []
    var categoryNodes: [Int32] = []
    var categorySegments: [Int32] = []
    var categorySizes: [Int32] = []
    var leafVectorSize: String?

    /// Reads the object of one tree of at most `nodeLimit` nodes.
    init(reader: inout some DocumentReader, nodeLimit: Int) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            switch key {
            case "left_children": leftChildren = try reader.integers(limit: nodeLimit)
            case "right_children": rightChildren = try reader.integers(limit: nodeLimit)
            case "split_indices": splitIndices = try reader.integers(limit: nodeLimit)
            case "split_conditions": splitConditions = try reader.floats(limit: nodeLimit)
            case "default_left": defaultLeft = try reader.integers(limit: nodeLimit)
            case "split_type": splitType = try reader.integers(limit: nodeLimit)
            case "categories": categories = try reader.integers(limit: ForestLimits.nodesMax)
            case "categories_nodes": categoryNodes = try reader.integers(limit: nodeLimit)
            case "categories_segments": categorySegments = try reader.integers(limit: nodeLimit)
            case "categories_sizes": categorySizes = try reader.integers(limit: nodeLimit)
            case "tree_param": try readParameters(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readParameters(_ reader: inout some DocumentReader) throws(ForestError) {
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            if key == "size_leaf_vector" {
                leafVectorSize = try reader.scalarText()
            } else {
                try reader.skip()
            }
        }
    }
}
