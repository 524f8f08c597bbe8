// SPDX-License-Identifier: Apache-2.0

extension Forest {
    /// Reads a model that XGBoost 1.0 to 3.x saved as JSON or UBJSON.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - iterations: those that count; the trees of others are left out.
    /// - Throws: what is wrong with the file, or why such a model is not supported.
    public init(
        xgboost bytes: [UInt8],
        iterations: Iterations = .best
    ) throws(ForestError) {
        guard bytes.count <= ForestLimits.documentBytesMax else {
            throw .tooLarge(
                .bytes,
                count: bytes.count,
                limit: ForestLimits.documentBytesMax
            )
        }
        guard !XGBoostFile.isBinary(bytes) else { throw .unsupported(.binaryFormat) }
        if XGBoostFile.isUBJSON(bytes) {
            var reader = UBJSONReader(bytes)
            try self.init(ModelDocument(reader: &reader), iterations)
        } else {
            var reader = JSONReader(bytes)
            try self.init(ModelDocument(reader: &reader), iterations)
        }
    }

    private init(_ document: ModelDocument, _ iterations: Iterations) throws(ForestError) {
        let objective = try document.checkedObjective()
        try document.checkBooster()
        let version = try document.checkedVersion()
        let outputCount = try document.checkedOutputCount(objective)
        try document.checkTreeCount()
        let groups = try document.checkedTreeGroups(outputCount: outputCount)
        let featureCount = try document.checkedFeatureCount()
        let encodedFeatures = try document.checkedEncodedFeatures(featureCount: featureCount)
        let rounds = try document.checkedRounds(outputCount: outputCount, iterations)
        let bases = try document.checkedBaseScores(objective, version, outputCount: outputCount)
        let weights = try document.checkedLeafWeights(version, baseMargins: bases.margins)
        let trees = try document.treeBuilder.trees(
            rounds.trees,
            groups: groups,
            outputCount: outputCount,
            weights: weights
        )
        self.objective = objective
        self.baseScores = bases.scores
        self.baseMargins = bases.margins
        self.addsBaseLast =
            document.linearWeights == nil
            && version.addsBaseLast(treeCount: rounds.trees.count, isWeighed: weights != nil)
        self.sortsOutputs =
            objective == .quantileError && outputCount > 1 && version >= .sortedQuantiles
        self.featureCount = featureCount
        self.featureNames = document.featureNames
        self.featureTypes = document.featureTypes
        self.encodedFeatures = encodedFeatures
        self.categories = try document.checkedCategories(encodedFeatures)
        self.earlyStopping = rounds.earlyStopping
        self.nodes = trees.nodes
        self.treeStarts = trees.treeStarts
        self.outputStarts = trees.outputStarts
        self.categorySets = trees.categorySets
        self.covers = trees.covers
        self.linear = try document.checkedLinearModel(
            featureCount: featureCount,
            baseMargins: bases.margins
        )
    }
}

/// What a file looks like from its first bytes.
public enum XGBoostFile {
    /// Whether `bytes` are a model of XGBoost in any of its formats.
    public static func isOne(_ bytes: [UInt8]) -> Bool {
        bytes.first == UInt8(ascii: "{") || isBinary(bytes)
    }

    /// Both begin with a brace; in JSON white space, a quote or the end of the object follows it.
    static func isUBJSON(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "{") else { return false }
        return "iUIlL$#N".utf8.contains(bytes[1])
    }

    /// Whether `bytes` are in the binary format that XGBoost wrote to 3.0.
    ///
    /// A mark that older releases leave out, 136 bytes of parameters, then the objective's and the
    /// booster's name, each after its length in eight bytes.
    static func isBinary(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: "bs64".utf8) { return true }
        let start = (bytes.starts(with: "binf".utf8) ? 4 : 0) + 136
        guard let objective = name(bytes, at: start),
            let booster = name(bytes, at: start + 8 + objective.count)
        else { return false }
        return ["gbtree", "gblinear", "dart"].contains { booster.elementsEqual($0.utf8) }
    }

    private static func name(_ bytes: [UInt8], at start: Int) -> ArraySlice<UInt8>? {
        guard bytes.count >= start + 8, bytes[start + 1..<start + 8].allSatisfy({ $0 == 0 }) else {
            return nil
        }
        let end = start + 8 + Int(bytes[start])
        return bytes.count >= end ? bytes[start + 8..<end] : nil
    }
}
