// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanArtifact
import LoanModel

/// Models and preprocessors.
extension ErrorSamples {
    static let stored: [ErrorSamples] = [
        ErrorSamples(
            "ArtifactError",
            [
                "empty": ArtifactError.empty,
                "wrongLength": .wrongLength(expected: 71, found: 72),
                "checksumMismatch": .checksumMismatch,
                "unknownFormat": .unknownFormat,
                "pickle": .pickle,
                "compressed": .compressed(.gzip),
                "byteOrderMark": .byteOrderMark,
                "newerRelease": .newerRelease(what: "container version 9"),
                "wrongKind": .wrongKind(expected: .model, found: 77),
                "tooLarge": .tooLarge(limit: 71),
                "undecodable": .undecodable,
                "invalid": .invalid(field: "evaluation", problem: "a share of it is not in [0, 1]"),
            ]
        ),
        ErrorSamples(
            "ContributionError",
            [
                "noCovers": ContributionError.noCovers,
                "cover": .cover(tree: 71, node: 72),
                "leaves": .leaves(tree: 71),
                "tooLarge": .tooLarge(bytes: 71, limit: 72),
            ]
        ),
        ErrorSamples(
            "ForestError",
            [
                "tooLarge": ForestError.tooLarge(.trees, count: 71, limit: 72),
                "malformed": .malformed(offset: 71),
                "truncated": .truncated,
                "wrongType": .wrongType(field: "version", offset: 71),
                "missingField": .missingField("trees"),
                "duplicateField": .duplicateField("trees"),
                "unknownField": .unknownField("forest_kind", level: "learner"),
                "invalidValue": .invalidValue(field: "version"),
                "wrongCount": .wrongCount(field: "num_trees", stated: "71", found: 72),
                "bestIteration": .bestIteration("71", iterations: 72),
                "iterations": .iterations(71..<73, of: 74),
                "unsupported": .unsupported(.objective("rank:other")),
                "invalidTree": .invalidTree(71, .child(node: 72)),
                "invalidSection": .invalidSection(71),
            ]
        ),
        ErrorSamples(
            "ForestError.Quantity",
            [
                "bytes": ForestError.tooLarge(.bytes, count: 71, limit: 72),
                "nesting": .tooLarge(.nesting, count: 71, limit: 72),
                "trees": .tooLarge(.trees, count: 71, limit: 72),
                "nodes": .tooLarge(.nodes, count: 71, limit: 72),
                "depth": .tooLarge(.depth, count: 71, limit: 72),
                "features": .tooLarge(.features, count: 71, limit: 72),
                "categories": .tooLarge(.categories, count: 71, limit: 72),
                "columns": .tooLarge(.columns, count: 71, limit: 72),
                "text": .tooLarge(.text, count: 71, limit: 72),
                "categoryWords": .tooLarge(.categoryWords, count: 71, limit: 72),
                "categorySets": .tooLarge(.categorySets, count: 71, limit: 72),
                "cuts": .tooLarge(.cuts, count: 71, limit: 72),
                "outputs": .tooLarge(.outputs, count: 71, limit: 72),
                "weights": .tooLarge(.weights, count: 71, limit: 72),
            ]
        ),
        ErrorSamples(
            "ForestError.Feature",
            [
                "booster": ForestError.unsupported(.booster("gbforest")),
                "objective": .unsupported(.objective("rank:other")),
                "version": .unsupported(.version("99.0.0")),
                "parallelTrees": .unsupported(.parallelTrees(bestIteration: "71", trees: "72")),
                "binaryFormat": .unsupported(.binaryFormat),
            ]
        ),
        ErrorSamples(
            "ForestError.TreeFault",
            [
                "arrayLength": ForestError.invalidTree(
                    71,
                    .arrayLength(field: "parents", count: 72, expected: 73)
                ),
                "child": .invalidTree(71, .child(node: 72)),
                "wrongCount": .invalidTree(
                    71,
                    .wrongCount(field: "num_nodes", stated: "72", found: 73)
                ),
                "flag": .invalidTree(71, .flag(field: "split_type", node: 72)),
                "sharedChild": .invalidTree(71, .sharedChild(node: 72)),
                "unreachable": .invalidTree(71, .unreachable(node: 72)),
                "feature": .invalidTree(71, .feature(node: 72)),
                "value": .invalidTree(71, .value(node: 72)),
                "categories": .invalidTree(71, .categories(node: 72)),
                "output": .invalidTree(71, .output(72, outputCount: 73)),
            ]
        ),
        ErrorSamples(
            "RawInputsError",
            [
                "feature": RawInputsError.feature(71, sources: 72),
                "unknownFeature": .unknownFeature(71),
                "category": .category(column: 71),
            ]
        ),
        ErrorSamples(
            "Scorer.Mismatch",
            [
                "featureCount": Scorer.Mismatch.featureCount(preprocessor: 71, forest: 72),
                "unnamed": .unnamed(columns: 71),
                "featureName": .featureName(
                    index: 71,
                    preprocessor: "person_income",
                    forest: "loan_amnt"
                ),
                "categories": .categories(column: "loan_grade_A"),
                "repeatedName": .repeatedName("loan_grade_A"),
                "preprocessor": .preprocessor(.noValues(feature: "loan_grade")),
                "inputs": .inputs(.unknownFeature(71)),
            ]
        ),
        ErrorSamples(
            "PreprocessorError",
            [
                "noValues": PreprocessorError.noValues(feature: "person_income"),
                "parameter": .parameter(feature: "person_income", name: "median"),
                "features": .features(expected: ["person_income"], found: ["loan_amnt"]),
                "preparation": .preparation(feature: "person_income"),
                "tooManyCategories": .tooManyCategories(
                    feature: "loan_grade",
                    count: 999,
                    limit: 73
                ),
                "categoryTwice": .categoryTwice(feature: "loan_grade", category: "A"),
                "tooManyColumns": .tooManyColumns(count: 70_000),
                "categoryTooLong": .categoryTooLong(feature: "loan_grade", bytes: 999),
                "categoryOrder": .categoryOrder(feature: "loan_grade"),
                "schema": .schema,
            ]
        ),
    ]
}
