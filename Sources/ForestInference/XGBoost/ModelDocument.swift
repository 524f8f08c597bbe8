// SPDX-License-Identifier: Apache-2.0

/// An XGBoost model as written, before anything about it is believed.
///
/// Nothing that may change predictions is stepped over because it is unknown: every level has a
/// closed list of keys (`DocumentKeys.swift`).
struct ModelDocument {
    var version: DocumentVersion?
    var attributes = DocumentAttributes()
    var featureNames: [String] = []
    var featureTypes: [String] = []
    var learner = LearnerParameters()
    var objectiveName: String?
    /// What the objective was configured with.
    var objectiveKeys: [ObjectiveKey] = []
    /// Classes that the objective says there are, as text.
    var objectiveClassCount: String?
    var boosterName: String?
    /// The weights of the trees, as DART gives them.
    var treeWeights: [Float]?
    /// What only `gblinear` has.
    var linearWeights: [Float]?
    var linearRounds: String?
    var hasTrees = false
    var treeGroups: [Int32]?
    var iterationStarts: [Int32]?
    var forest = ForestParameters()
    /// Where each feature's categories begin, and their number; empty where there are none.
    var categoryStarts: [Int32] = []
    /// What the categories of each feature are called; empty where nothing says it.
    var categoryEncodings: [CategoryEncoding] = []
    var treeBuilder = ForestBuilder()

    /// `learner_model_param`, as text.
    struct LearnerParameters {
        var baseScore: String?
        var boostFromAverage: String?
        var classCount: String?
        var targetCount: String?
        var featureCount: String?
    }

    /// `gbtree_model_param`, as text.
    struct ForestParameters {
        var treeCount: String?
        var treesPerIteration: String?
        var leafVectorSize: String?
    }

    /// Reads a whole document.
    init(reader: inout some DocumentReader) throws(ForestError) {
        var hasLearner = false
        var keys = try KeyReader<DocumentRootKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .learner:
                try readLearner(&reader)
                hasLearner = true
            case .version: version = try DocumentVersion(reader: &reader)
            }
        }
        try reader.finish()
        guard hasLearner else { throw .missingField("learner") }
    }

    private mutating func readLearner(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<LearnerKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .attributes: attributes = try DocumentAttributes(reader: &reader)
            case .featureNames: featureNames = try Self.strings(&reader)
            case .featureTypes: featureTypes = try Self.strings(&reader)
            case .booster: try readBooster(&reader)
            case .parameters: try readParameters(&reader)
            case .objective: try readObjective(&reader)
            }
        }
    }

    private mutating func readParameters(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<LearnerParameterKey>(&reader)
        while let key = try keys.next(&reader) {
            let text = try reader.scalarText()
            switch key {
            case .baseScore: learner.baseScore = text
            case .boostFromAverage: learner.boostFromAverage = text
            case .classCount: learner.classCount = text
            case .featureCount: learner.featureCount = text
            case .targetCount: learner.targetCount = text
            }
        }
    }

    private mutating func readObjective(_ reader: inout some DocumentReader) throws(ForestError) {
        var keys = try KeyReader<ObjectiveKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .name: objectiveName = try reader.scalarText()
            case .positionBiasPlus, .positionBiasMinus:
                objectiveKeys.append(key)
                try reader.skip()
            case .regression, .accelerated, .expectile, .lambdaRankOld, .lambdaRank, .poisson,
                .pseudoHuberOld, .pseudoHuber, .quantile, .softmax, .tweedie:
                objectiveKeys.append(key)
                try readObjectiveParameters(&reader)
            }
        }
    }

    private mutating func readObjectiveParameters(
        _ reader: inout some DocumentReader
    ) throws(ForestError) {
        var keys = try KeyReader<ObjectiveParameterKey>(&reader)
        while let key = try keys.next(&reader) {
            if key == .classCount {
                objectiveClassCount = try reader.scalarText()
            } else {
                try reader.skip()
            }
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
