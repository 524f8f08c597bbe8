// SPDX-License-Identifier: Apache-2.0

// What must hold between the fields of a document. Counts that disagree mean that the file was cut
// or altered; XGBoost refuses it, too.

extension ModelDocument {
    /// The objective, where it is a supported one with nothing of another one.
    func checkedObjective() throws(ForestError) -> Objective {
        guard let name = objectiveName else { throw .missingField("objective") }
        guard boosterName != nil else { throw .missingField("name") }
        guard let objective = Objective(rawValue: name) else {
            // The booster's name says more than its objective's.
            try checkBooster()
            throw .unsupported(.objective(name))
        }
        if let foreign = objectiveKeys.first(where: { !objective.documentKeys.contains($0) }) {
            throw .unknownField(foreign.rawValue, level: "\(ObjectiveKey.level) \(name)")
        }
        return objective
    }

    /// A forest with nothing of a linear model, or the other way around.
    func checkBooster() throws(ForestError) {
        guard let name = boosterName else { throw .missingField("name") }
        let level = "\(ForestKey.level) of \(name)"
        switch name {
        case "gbtree", "dart":
            guard linearWeights == nil else {
                throw .unknownField(ForestKey.linearWeights.rawValue, level: level)
            }
            guard linearRounds == nil else {
                throw .unknownField(ForestKey.linearRounds.rawValue, level: level)
            }
            guard hasTrees else { throw .missingField(ForestKey.trees.rawValue) }
        case "gblinear":
            guard !hasTrees else { throw .unknownField(ForestKey.trees.rawValue, level: level) }
            guard treeWeights == nil else {
                throw .unknownField(ForestKey.treeWeights.rawValue, level: level)
            }
            guard linearWeights != nil else {
                throw .missingField(ForestKey.linearWeights.rawValue)
            }
        default: throw .unsupported(.booster(name))
        }
    }

    func checkedVersion() throws(ForestError) -> DocumentVersion {
        guard let version else { throw .missingField("version") }
        return version
    }

    /// As many trees as are stated.
    func checkTreeCount() throws(ForestError) {
        guard linearWeights == nil else { return }
        let found = treeBuilder.documentTreeCount
        guard let stated = forest.treeCount else { throw .missingField("num_trees") }
        guard Int(stated) == found else {
            throw .wrongCount(field: "num_trees", stated: stated, found: found)
        }
        guard let treeGroups else { throw .missingField("tree_info") }
        guard treeGroups.count == found else {
            let stated = "\(treeGroups.count) trees"
            throw .wrongCount(field: "tree_info", stated: stated, found: found)
        }
    }

    func checkedFeatureCount() throws(ForestError) -> Int {
        guard let text = learner.featureCount else { throw .missingField("num_feature") }
        guard let count = Int(text), count >= 0 else { throw .invalidValue(field: "num_feature") }
        guard count <= ForestLimits.featuresMax else {
            throw .tooLarge(.features, count: count, limit: ForestLimits.featuresMax)
        }
        for (field, list) in [("feature_names", featureNames), ("feature_types", featureTypes)]
        where !list.isEmpty && list.count != count {
            throw .wrongCount(
                field: "num_feature",
                stated: text + " for \(field)",
                found: list.count
            )
        }
        guard treeBuilder.featureMax < count else {
            let place = treeBuilder.featureMaxPlace
            throw .invalidTree(place.tree, .feature(node: place.node))
        }
        for (stated, tree) in treeBuilder.statedFeatureCounts where stated != text {
            let fault = ForestError.TreeFault.wrongCount(
                field: "num_feature",
                stated: stated,
                found: count
            )
            throw .invalidTree(tree, fault)
        }
        return count
    }

    /// The features that have their categories in the document.
    func checkedEncodedFeatures(featureCount: Int) throws(ForestError) -> [Int] {
        guard let first = categoryStarts.first else { return [] }
        let steps = Array(zip(categoryStarts, categoryStarts.dropFirst()))
        guard first == 0, steps.count == featureCount, steps.allSatisfy({ $0 <= $1 }) else {
            throw .invalidValue(field: "feature_segments")
        }
        return steps.indices.filter { steps[$0].0 < steps[$0].1 }
    }

    /// What the categories of these features are called, in the order of their codes.
    func checkedCategories(_ encodedFeatures: [Int]) throws(ForestError) -> [Int: [String]] {
        guard !categoryEncodings.isEmpty else { return [:] }
        let found = max(0, categoryStarts.count - 1)
        guard categoryEncodings.count == found || categoryStarts.isEmpty else {
            throw .wrongCount(
                field: CategoriesKey.encodings.rawValue,
                stated: "\(categoryEncodings.count) features",
                found: found
            )
        }
        var categories: [Int: [String]] = [:]
        for feature in encodedFeatures {
            let count = Int(categoryStarts[feature + 1] - categoryStarts[feature])
            guard let names = try categoryEncodings[feature].names(count: count) else { continue }
            categories[feature] = names
        }
        return categories
    }
}
