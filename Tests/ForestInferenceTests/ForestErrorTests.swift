// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing

/// Every error has a sentence for whoever gave the model.
@Suite struct ForestErrorTests {
    private static let quantities: [ForestError.Quantity] = [
        .bytes, .nesting, .trees, .nodes, .depth, .features, .categories, .columns, .text,
        .categoryWords, .categorySets, .cuts, .outputs, .weights,
    ]
    private static let features: [ForestError.Feature] = [
        .booster("gbforest"), .objective("rank:other"), .version("99.0.0"),
        .parallelTrees(bestIteration: "0", trees: "2"), .binaryFormat,
    ]
    private static let faults: [ForestError.TreeFault] = [
        .arrayLength(field: "parents", count: 1, expected: 2), .child(node: 4),
        .wrongCount(field: "num_nodes", stated: "5", found: 3), .flag(field: "split_type", node: 1),
        .sharedChild(node: 4), .unreachable(node: 4), .feature(node: 4), .value(node: 4),
        .categories(node: 4), .output(3, outputCount: 3),
    ]
    static let errors: [ForestError] =
        quantities.map { .tooLarge($0, count: 11, limit: 10) } + features.map { .unsupported($0) }
        + faults.map { .invalidTree(2, $0) }
        + [
            .malformed(offset: 7), .truncated, .wrongType(field: "version", offset: 7),
            .missingField("trees"), .duplicateField("trees"), .unknownField("x", level: "learner"),
            .invalidValue(field: "version"),
            .wrongCount(field: "num_trees", stated: "40", found: 3),
            .bestIteration("9", iterations: 4), .iterations(2..<9, of: 4), .invalidSection(3),
        ]

    @Test(arguments: errors) func everyErrorHasASentence(error: ForestError) {
        let text = "\(error)"
        #expect(text.split(separator: " ").count >= 4, "\(text)")
        for word in [
            "ForestError", "ForestInference", "unsupported(", "invalid", "Quantity", "nil",
        ] {
            #expect(!text.contains(word), "\(text)")
        }
    }
}
