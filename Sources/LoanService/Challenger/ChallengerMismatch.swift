// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// Why two models cannot be champion and challenger: they must read the same rows, and answer the
/// same questions of them.
package enum ChallengerMismatch: Error, Equatable {
    /// One of them reads more features.
    case featureCount(champion: Int, challenger: Int)
    /// The features at one place, counted from 0, have different names.
    case featureName(place: Int, champion: String, challenger: String)
    /// A feature is of different kinds.
    case featureKind(feature: String, champion: String, challenger: String)
    /// A feature has different numbers of categories.
    case categoryCount(feature: String, champion: Int, challenger: Int)
    /// The categories at one place differ.
    case category(feature: String, champion: String, challenger: String)
    /// The rare categories of a feature differ, or how its cells are read.
    case cells(feature: String)
    /// They predict different things.
    case objective(champion: String, challenger: String)
    /// Their predictions have different numbers of values.
    case valueCount(champion: Int, challenger: Int)
    /// A shadow is compared by bands and decisions, and there are none.
    case undecidable(objective: String)
    /// Callers of the champion may ask for calibrated probabilities.
    case uncalibrated
    /// Callers of the champion may ask for changes.
    case unchangeable
}

extension ChallengerMismatch: CustomStringConvertible {
    /// What is wrong, and what would be right: a sentence without its end.
    package var description: String {
        switch self {
        case .featureCount(let champion, let challenger):
            "the champion has \(champion) features and the challenger \(challenger): train both "
                + "on the same columns"
        case .featureName(let place, let champion, let challenger):
            "feature \(place + 1) is \(champion.excerpt) for the champion and "
                + "\(challenger.excerpt) for the challenger: train both on the same columns, in "
                + "the same order"
        case .featureKind(let feature, let champion, let challenger):
            "\(feature.excerpt) is a \(champion) for the champion and a \(challenger) for the "
                + "challenger: give both the same schema"
        case .categoryCount(let feature, let champion, let challenger):
            "\(feature.excerpt) has \(champion) categories for the champion and \(challenger) for "
                + "the challenger: give both a schema that lists them"
        case .category(let feature, let champion, let challenger):
            "\(feature.excerpt) has the category '\(champion.excerpt)' for the champion where the "
                + "challenger has '\(challenger.excerpt)': give both a schema that lists them"
        case .cells(let feature):
            "the cells of \(feature.excerpt) are read in different ways: give both the same "
                + "schema, and the same rare categories"
        case .objective(let champion, let challenger):
            "the champion predicts by \(champion) and the challenger by \(challenger): both must "
                + "predict the same thing"
        case .valueCount(let champion, let challenger):
            "the champion answers \(champion) values a row and the challenger \(challenger): both "
                + "must predict the same thing"
        case .undecidable(let objective):
            "a shadow is compared by bands and decisions, which are made of the probabilities of "
                + "\(ServedPolicy.objective), and the objective of these models is \(objective): "
                + "use a canary"
        case .uncalibrated:
            "callers may ask the champion for calibrated probabilities, and the challenger is not "
                + "calibrated: calibrate it, or begin with a shadow"
        case .unchangeable:
            "callers may ask the champion for changes, and the policy of the challenger has no "
                + "changeable features: give it such a policy, or begin with a shadow"
        }
    }
}

extension ServedModel {
    /// Checks that a challenger can stand in for this model.
    package func check(
        _ challenger: ServedModel,
        as mode: ChallengerSetup.Mode
    ) throws(ChallengerMismatch) {
        try checkFeatures(of: challenger)
        guard objective == challenger.objective, prediction == challenger.prediction else {
            throw .objective(champion: objective, challenger: challenger.objective)
        }
        let counts = (valueCount(margins: false), challenger.valueCount(margins: false))
        guard counts.0 == counts.1 else {
            throw .valueCount(champion: counts.0, challenger: counts.1)
        }
        switch mode {
        case .shadow:
            guard decides, challenger.decides else { throw .undecidable(objective: objective) }
        case .canary:
            guard !isCalibrated || challenger.isCalibrated else { throw .uncalibrated }
            let answersChanges = (try? checkChangeable()) != nil
            guard !answersChanges || (try? challenger.checkChangeable()) != nil else {
                throw .unchangeable
            }
        }
    }

    private func checkFeatures(of challenger: ServedModel) throws(ChallengerMismatch) {
        let (own, others) = (features, challenger.features)
        guard own.count == others.count else {
            throw .featureCount(champion: own.count, challenger: others.count)
        }
        for (place, (feature, other)) in zip(own, others).enumerated() {
            // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
            guard feature.name.utf8.elementsEqual(other.name.utf8) else {
                throw .featureName(place: place, champion: feature.name, challenger: other.name)
            }
            try feature.check(other)
        }
    }
}

extension ServedModel.Feature {
    fileprivate func check(_ other: Self) throws(ChallengerMismatch) {
        guard kind == other.kind else {
            throw .featureKind(feature: name, champion: kind.noun, challenger: other.kind.noun)
        }
        guard categories.count == other.categories.count else {
            throw .categoryCount(
                feature: name,
                champion: categories.count,
                challenger: other.categories.count
            )
        }
        for (category, theirs) in zip(categories, other.categories)
        where !category.utf8.elementsEqual(theirs.utf8) {
            throw .category(feature: name, champion: category, challenger: theirs)
        }
        guard cells == other.cells else { throw .cells(feature: name) }
    }
}

extension LoanModel.Feature.Kind {
    fileprivate var noun: String {
        switch self {
        case .number: "number"
        case .category: "category"
        case .boolean: "boolean"
        case .date: "date"
        }
    }
}
