// SPDX-License-Identifier: Apache-2.0

// Where the margins of every row start.

extension ModelDocument {
    /// The base scores as written, one an output, and their margins as the release that wrote them
    /// has them.
    func checkedBaseScores(
        _ objective: Objective,
        _ version: DocumentVersion,
        outputCount: Int
    ) throws(ForestError) -> (scores: [Float], margins: [Float]) {
        let isOldRaw = objective == .binaryLogitRaw && version < .marginBases
        let scores = try baseScores(outputCount: outputCount)
        let isChance = isOldRaw || objective.isLogistic
        let isClipped = version >= .clippedBases
        let isValid = scores.allSatisfy {
            isChance && !isClipped ? $0 > 0 && $0 < 1 : objective.takesBase($0)
        }
        guard isValid else { throw .invalidValue(field: "base_score") }
        let isPending = try isBasePending()
        if isOldRaw { return (scores, scores.map(Objective.logit)) }
        // Without a round nothing has been estimated from labels. XGBoost 3.1 and newer then take
        // the base score for a margin (0.5 predicts 0.62), older ones for a prediction.
        if isPending, try !isTrained(), version >= .lateBases { return (scores, scores) }
        let bases = isChance && isClipped ? scores.map(Objective.clipped) : scores
        return (scores, objective.baseMargins(bases))
    }

    /// Whether there is a tree, or a round of a linear model.
    private func isTrained() throws(ForestError) -> Bool {
        guard let linearRounds else { return treeBuilder.treeCount > 0 }
        guard let rounds = Int(linearRounds), rounds >= 0 else {
            throw .invalidValue(field: ForestKey.linearRounds.rawValue)
        }
        return rounds > 0
    }

    /// A number, or since XGBoost 3.1 a list of one number an output, as text.
    private func baseScores(outputCount: Int) throws(ForestError) -> [Float] {
        guard var text = learner.baseScore.map({ Substring($0) }) else {
            throw .missingField("base_score")
        }
        if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
        var scores: [Float] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = Float(part), value.isFinite else {
                throw .invalidValue(field: "base_score")
            }
            scores.append(value)
        }
        if scores.count == 1 { return [Float](repeating: scores[0], count: outputCount) }
        guard scores.count == outputCount else {
            let stated = "\(scores.count) values"
            throw .wrongCount(field: "base_score", stated: stated, found: outputCount)
        }
        return scores
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
