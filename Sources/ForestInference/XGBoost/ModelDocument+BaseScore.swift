// SPDX-License-Identifier: Apache-2.0

// Where the margin of every row starts.

extension ModelDocument {
    /// The base score as written, and its margin as the release that wrote it has it.
    func checkedBaseScore(
        _ objective: Objective,
        _ version: DocumentVersion
    ) throws(ForestError) -> (score: Float, margin: Float) {
        let isLogistic = objective.hasProbabilityBase
        let isOldRaw = objective == .binaryLogitRaw && version < .marginBases
        let score = try baseScore()
        guard !(isLogistic || isOldRaw) || (score > 0 && score < 1) else {
            throw .invalidValue(field: "base_score")
        }
        let isPending = try isBasePending()
        if isOldRaw { return (score, Objective.logit(score)) }
        // Without a tree nothing has been estimated from labels. XGBoost 3.1 and newer then take
        // the base score for a margin (0.5 predicts 0.62), older ones for a probability.
        if isPending, treeBuilder.treeCount == 0, version >= .lateBases { return (score, score) }
        return (score, objective.baseMargin(score))
    }

    /// A number, or since XGBoost 3.1 a list of one number, as text.
    private func baseScore() throws(ForestError) -> Float {
        guard var text = learner.baseScore.map({ Substring($0) }) else {
            throw .missingField("base_score")
        }
        if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
        if text.contains(",") {
            throw .unsupported(.outputs(text.count { $0 == "," } + 1))
        }
        guard let value = Float(text), value.isFinite else {
            throw .invalidValue(field: "base_score")
        }
        return value
    }

    /// Whether the base score is to be estimated from the labels, rather than given.
    private func isBasePending() throws(ForestError) -> Bool {
        switch learner.boostFromAverage {
        case nil, "0": return false
        case "1": return true
        default: throw .invalidValue(field: "boost_from_average")
        }
    }
}
