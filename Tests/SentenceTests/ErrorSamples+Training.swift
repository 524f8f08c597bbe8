// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanTraining

extension ErrorSamples {
    static let training = [
        ErrorSamples(
            "TrainingParameterError",
            [
                "outOfRange": TrainingParameterError.outOfRange(
                    name: "max_depth",
                    value: 71,
                    range: 1...16
                ),
                "notWhole": .notWhole(name: "max_depth", value: 7.5),
                "unknown": .unknown(name: "max_dept", nearest: "max_depth"),
                "repeated": .repeated(name: "eta", earlier: "learning_rate"),
                "notNumber": .notNumber(name: "max_depth"),
                "notDirections": .notDirections(name: "monotone_constraints"),
                "notGroups": .notGroups(name: "interaction_constraints"),
                "notAWord": .notAWord(
                    name: "grow_policy",
                    value: "best",
                    words: ["depthwise", "lossguide"]
                ),
                "tooMany": .tooMany(
                    "groups",
                    of: "interaction_constraints",
                    count: 1_025,
                    limit: 1_024
                ),
                "emptyGroup": .emptyGroup(name: "interaction_constraints"),
                "featureTwice": .featureTwice(name: "monotone_constraints", feature: "person_age"),
                "unknownFeature": .unknownFeature(
                    name: "monotone_constraints",
                    feature: "person_ago",
                    nearest: ["person_age"]
                ),
                "withoutOrder": .withoutOrder(
                    name: "monotone_constraints",
                    feature: "loan_intent",
                    reason: .oneHot
                ),
                "withoutNativeCategories": .withoutNativeCategories(name: "max_cat_to_onehot"),
                "notSearchable": .notSearchable(name: "rounds", nearest: "lambda"),
                "emptyRange": .emptyRange(name: "gamma"),
                "emptySpace": .emptySpace,
            ]
        ),
        ErrorSamples(
            "ExclusionError",
            [
                "unknown": ExclusionError.unknown(feature: "age", nearest: ["person_age"]),
                "repeated": .repeated(feature: "person_age"),
                "nothingRemains": .nothingRemains,
            ]
        ),
        ErrorSamples(
            "FoldError",
            ["tooFewClusters": FoldError.tooFewClusters(count: 3, folds: 5)]
        ),
    ]
}
