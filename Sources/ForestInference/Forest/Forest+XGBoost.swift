// SPDX-License-Identifier: Apache-2.0

extension Forest {
    /// Reads a model that XGBoost 1.x, 2.x or 3.x saved as JSON or UBJSON.
    /// - Parameter bytes: the whole file.
    /// - Throws: what is wrong with the file, or why such a model is not supported.
    public init(xgboost bytes: [UInt8]) throws(ForestError) {
        guard bytes.count <= ForestLimits.documentBytesMax else {
            throw .tooLarge(
                .bytes,
                count: bytes.count,
                limit: ForestLimits.documentBytesMax
            )
        }
        if Self.isUBJSON(bytes) {
            var reader = UBJSONReader(bytes)
            try self.init(ModelDocument(reader: &reader))
        } else {
            var reader = JSONReader(bytes)
            try self.init(ModelDocument(reader: &reader))
        }
    }

    /// Both begin with a brace; in JSON white space, a quote or the end of the object follows it.
    private static func isUBJSON(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "{") else { return false }
        return "iUIlL$#N".utf8.contains(bytes[1])
    }

    private init(_ document: ModelDocument) throws(ForestError) {
        guard let booster = document.boosterName else { throw .missingField("name") }
        guard booster == "gbtree" else { throw .unsupported(.booster(booster)) }
        guard let name = document.objectiveName else { throw .missingField("objective") }
        guard let objective = Objective(rawValue: name) else {
            throw .unsupported(.objective(name))
        }
        guard document.hasTrees else { throw .missingField("trees") }
        try Self.checkOutputs(document)
        let builder = document.treeBuilder
        let featureCount = try Self.featureCount(document)
        self.objective = objective
        self.baseScore = try Self.baseScore(document, objective)
        self.featureCount = featureCount
        self.featureNames = document.featureNames
        self.featureTypes = document.featureTypes
        self.bestIteration = document.bestIteration.flatMap { Int($0) }
        self.nodes = builder.nodes
        self.treeStarts = builder.treeStarts
        self.categorySets = builder.categorySets
    }

    private static func checkOutputs(_ document: ModelDocument) throws(ForestError) {
        for text in [document.classCount ?? "0", document.targetCount ?? "1"] {
            guard let count = Int(text), count >= 0 else {
                throw .invalidValue(field: "learner_model_param")
            }
            guard count <= 1 else { throw .unsupported(.outputs(count)) }
        }
        guard document.treeInfo.isEmpty || document.treeInfo.count == document.treeBuilder.treeCount
        else { throw .invalidValue(field: "tree_info") }
        guard document.treeInfo.allSatisfy({ $0 == 0 }) else {
            throw .unsupported(.outputs(Int(document.treeInfo.max() ?? 0) + 1))
        }
    }

    private static func featureCount(_ document: ModelDocument) throws(ForestError) -> Int {
        guard let text = document.featureCount else { throw .missingField("num_feature") }
        guard let count = Int(text), count >= 0 else { throw .invalidValue(field: "num_feature") }
        guard count <= ForestLimits.featuresMax else {
            throw .tooLarge(.features, count: count, limit: ForestLimits.featuresMax)
        }
        for (field, list) in [
            ("feature_names", document.featureNames), ("feature_types", document.featureTypes),
        ] where !list.isEmpty && list.count != count {
            throw .invalidValue(field: field)
        }
        guard document.treeBuilder.featureMax < count else {
            let place = document.treeBuilder.featureMaxPlace
            throw .invalidTree(place.tree, .feature(node: place.node))
        }
        return count
    }

    /// A number, or since XGBoost 3.1 a list of one number, as text.
    private static func baseScore(
        _ document: ModelDocument,
        _ objective: Objective
    ) throws(ForestError) -> Float {
        guard var text = document.baseScore.map({ Substring($0) }) else {
            throw .missingField("base_score")
        }
        if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
        if text.contains(",") {
            throw .unsupported(.outputs(text.count { $0 == "," } + 1))
        }
        guard let value = Float(text), value.isFinite,
            !objective.hasProbabilityBase || (value > 0 && value < 1)
        else { throw .invalidValue(field: "base_score") }
        return value
    }
}
