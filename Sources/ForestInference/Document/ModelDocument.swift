// SPDX-License-Identifier: Apache-2.0

/// An XGBoost model as written, before anything about it is believed.
struct ModelDocument {
    var boosterName: String?
    var objectiveName: String?
    var baseScore: String?
    var classCount: String?
    var targetCount: String?
    var featureCount: String?
    var bestIteration: String?
    var featureNames: [String] = []
    var featureTypes: [String] = []
    var treeInfo: [Int32] = []
    var hasTrees = false
    var treeBuilder = ForestBuilder()

    /// Reads a whole document. Unknown fields are stepped over.
    init(reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            if key == "learner" {
                try readLearner(&reader)
            } else {
                try reader.skip()
            }
        }
        try reader.finish()
        guard seen.contains("learner") else { throw .missingField("learner") }
    }

    private mutating func readLearner(_ reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            switch key {
            case "attributes": try readAttributes(&reader)
            case "feature_names": featureNames = try Self.strings(&reader)
            case "feature_types": featureTypes = try Self.strings(&reader)
            case "gradient_booster": try readBooster(&reader)
            case "learner_model_param": try readParameters(&reader)
            case "objective": try readObjective(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readAttributes(_ reader: inout some DocumentReader) throws(ForestError) {
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            if key == "best_iteration" {
                bestIteration = try reader.scalarText()
            } else {
                try reader.skip()
            }
        }
    }

    private mutating func readParameters(_ reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            switch key {
            case "base_score": baseScore = try reader.scalarText()
            case "num_class": classCount = try reader.scalarText()
            case "num_target": targetCount = try reader.scalarText()
            case "num_feature": featureCount = try reader.scalarText()
            default: try reader.skip()
            }
        }
    }

    private mutating func readObjective(_ reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            if key == "name" {
                objectiveName = try reader.scalarText()
            } else {
                try reader.skip()
            }
        }
    }

    private mutating func readBooster(_ reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            switch key {
            case "name": boosterName = try reader.scalarText()
            case "model": try readModel(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readModel(_ reader: inout some DocumentReader) throws(ForestError) {
        var seen = FieldNames()
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state) {
            try seen.insert(key)
            switch key {
            case "tree_info": treeInfo = try reader.integers(limit: ForestLimits.treesMax)
            case "trees": try readTrees(&reader)
            default: try reader.skip()
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

    private static func strings(
        _ reader: inout some DocumentReader
    ) throws(ForestError) -> [String] {
        var strings: [String] = []
        var state = try reader.beginArray()
        while try reader.hasElement(&state) {
            guard strings.count < ForestLimits.featuresMax else {
                throw .tooLarge(
                    .features,
                    count: strings.count + 1,
                    limit: ForestLimits.featuresMax
                )
            }
            strings.append(try reader.scalarText())
        }
        return strings
    }
}

/// The keys of one object so far.
struct FieldNames {
    private var names: Set<String> = []

    func contains(_ name: String) -> Bool { names.contains(name) }

    /// Notes `name`; a second time is an error.
    mutating func insert(_ name: String) throws(ForestError) {
        guard names.count < 4_096 else { throw .tooLarge(.text, count: names.count, limit: 4_096) }
        guard names.insert(name).inserted else { throw .duplicateField(name) }
    }
}
