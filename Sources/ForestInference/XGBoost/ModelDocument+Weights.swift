// SPDX-License-Identifier: Apache-2.0

// What DART's weights make of the leaves, and the weights of linear models.

extension ModelDocument {
    /// What the leaves of a forest become, tree by tree; nil where trees have no weights.
    ///
    /// XGBoost 1.4 to 3.2 predicts in place tree by tree, each from the base margin, which it takes
    /// off again before it weighs what is left: the sums of floats are of these numbers alone, so
    /// that they are made here. All others weigh the leaf.
    func checkedLeafWeights(
        _ version: DocumentVersion,
        baseMargins: [Float]
    ) throws(ForestError) -> LeafWeights? {
        let field = BoosterKey.treeWeights.rawValue
        // The newest releases leave an empty list where nothing was dropped.
        guard let treeWeights, !treeWeights.isEmpty || boosterName == "dart" else {
            guard boosterName == "dart" else { return nil }
            throw .missingField(field)
        }
        guard treeWeights.count == treeBuilder.documentTreeCount else {
            let stated = "\(treeWeights.count) trees"
            let found = treeBuilder.documentTreeCount
            throw .wrongCount(field: field, stated: stated, found: found)
        }
        guard treeWeights.allSatisfy(\.isFinite) else { throw .invalidValue(field: field) }
        return LeafWeights(
            weights: treeWeights,
            baseMargins: version.weighsFromBase ? baseMargins : nil
        )
    }

    /// A linear model, where the document has one.
    func checkedLinearModel(
        featureCount: Int,
        baseMargins: [Float]
    ) throws(ForestError) -> LinearModel? {
        guard let linearWeights else { return nil }
        let field = ForestKey.linearWeights.rawValue
        let outputCount = baseMargins.count
        let count = (featureCount + 1) * outputCount
        guard count <= ForestLimits.linearWeightsMax else {
            throw .tooLarge(.weights, count: count, limit: ForestLimits.linearWeightsMax)
        }
        // Before the first round there are none.
        let weights =
            linearWeights.isEmpty ? [Float](repeating: 0, count: count) : linearWeights
        guard weights.count == count else {
            throw .wrongCount(field: field, stated: "\(weights.count) numbers", found: count)
        }
        guard weights.allSatisfy(\.isFinite) else { throw .invalidValue(field: field) }
        return LinearModel(weights: weights, outputCount: outputCount)
    }
}

/// What DART makes of leaves.
struct LeafWeights {
    /// One for each tree of the document.
    let weights: [Float]
    /// What predictions start from, where it is taken off again before they are weighed.
    let baseMargins: [Float]?

    /// The value of a leaf of one tree, which belongs to an output.
    func weighed(_ leaf: Float, tree: Int, output: Int) -> Float {
        guard let baseMargins else { return leaf * weights[tree] }
        return ((baseMargins[output] + leaf) - baseMargins[output]) * weights[tree]
    }
}
