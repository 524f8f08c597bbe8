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
        let outputCount = max(1, classCount, targetCount)
        try checkLeafVectors(outputCount)
        return outputCount
    }

    /// Leaves have one value, or one for each output.
    private func checkLeafVectors(_ outputCount: Int) throws(ForestError) {
        let size = treeBuilder.leafValueCount
        guard size == 1 || size == outputCount else {
            let fault = ForestError.TreeFault.wrongCount(
                field: TreeParameterKey.leafVectorSize.rawValue,
                stated: "\(size)",
                found: outputCount
            )
            throw .invalidTree(0, fault)
        }
        if let text = forest.leafVectorSize, text != "0", Int(text) != size {
            throw .wrongCount(field: "size_leaf_vector", stated: text, found: size)
        }
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
        let size = treeBuilder.leafValueCount
        guard size == 1 else { return (0..<treeBuilder.treeCount).map { $0 % size } }
        let groups = (treeGroups ?? []).map { Int($0) }
        if let foreign = groups.firstIndex(where: { !(0..<outputCount).contains($0) }) {
            throw .invalidTree(foreign, .output(groups[foreign], outputCount: outputCount))
        }
        // Every iteration adds as many trees to each output.
        var counts = [Int](repeating: 0, count: outputCount)
        for group in groups { counts[group] += 1 }
        guard counts.allSatisfy({ $0 == counts[0] }) else {
            throw .invalidValue(field: "tree_info")
        }
        // Documents of 1.5 and older do not say how many.
        if let text = forest.treesPerIteration, let parallelCount = Int(text), parallelCount > 0 {
            let size = parallelCount * outputCount
            guard groups.indices.allSatisfy({ groups[$0] == $0 % size / parallelCount }) else {
                throw .invalidValue(field: "tree_info")
            }
        }
        return groups
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
