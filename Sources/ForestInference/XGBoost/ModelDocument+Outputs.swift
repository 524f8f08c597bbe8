// SPDX-License-Identifier: Apache-2.0

// How many values a row has, and which trees are whose.

extension ModelDocument {
    /// Classes or targets of a row.
    func checkedOutputCount(_ objective: Objective) throws(ForestError) -> Int {
        let classCount = try count("num_class", learner.classCount, unless: 0)
        let targetCount = try count("num_target", learner.targetCount, unless: 1)
        guard classCount <= 1 || targetCount <= 1 else { throw .invalidValue(field: "num_target") }
        let isMulticlass = objective.link == .softmax || objective.link == .argmax
        if isMulticlass {
            guard classCount > 0 else { throw .invalidValue(field: "num_class") }
            if let text = objectiveClassCount, Int(text) != classCount {
                throw .wrongCount(field: "num_class", stated: text, found: classCount)
            }
        }
        if let size = forest.leafVectorSize, size != "0", size != "1" {
            throw .unsupported(.outputs(Int(size) ?? 0))
        }
        return max(1, classCount, targetCount)
    }

    private func count(
        _ field: String,
        _ text: String?,
        unless missing: Int
    ) throws(ForestError) -> Int {
        guard let text else { return missing }
        guard let count = Int(text), count >= 0 else { throw .invalidValue(field: field) }
        guard count <= ForestLimits.outputsMax else {
            throw .tooLarge(.outputs, count: count, limit: ForestLimits.outputsMax)
        }
        return count
    }

    /// The output of each tree.
    func checkedTreeGroups(outputCount: Int) throws(ForestError) -> [Int] {
        let groups = (treeGroups ?? []).map { Int($0) }
        guard let foreign = groups.firstIndex(where: { !(0..<outputCount).contains($0) }) else {
            return groups
        }
        throw .invalidTree(foreign, .output(groups[foreign], outputCount: outputCount))
    }
}

extension Objective {
    /// What a document may say of the objective besides its name, in any release.
    var documentKeys: Set<ObjectiveKey> {
        switch self {
        case .binaryLogistic, .binaryLogitRaw, .squaredError, .linear, .squaredLogError,
            .regressionLogistic, .gamma:
            [.regression]
        case .pseudoHuberError: [.regression, .pseudoHuberOld, .pseudoHuber]
        case .binaryHinge, .absoluteError, .cox: []
        case .softMaximum, .softProbabilities: [.softmax]
        case .quantileError: [.quantile]
        case .expectileError: [.expectile]
        case .tweedie: [.tweedie]
        case .poisson: [.poisson]
        case .rankPairwise, .rankGain, .rankPrecision:
            [.lambdaRankOld, .lambdaRank, .positionBiasPlus, .positionBiasMinus]
        case .acceleratedFailureTime: [.accelerated]
        }
    }
}
