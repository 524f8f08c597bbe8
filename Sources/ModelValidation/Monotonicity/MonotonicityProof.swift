// SPDX-License-Identifier: Apache-2.0

package import ForestInference

// In three stages, each for what the one before it left open:
// 1. each tree by itself (`TreeMonotonicity`), where trees that were trained with the constraint
//    end;
// 2. for each threshold of the feature the sum of what trees add at least: enough for stumps;
// 3. for each threshold that is still open an exact search for a row (`CounterexampleSearch`),
//    which ends with a counterexample or a proof.
//
// Rows are those of the prepared matrix, and any number can be in any column: a proof holds for
// more rows than there are, but a counterexample may be one that the preparation never gives, such
// as one with two categories of a one-hot feature.

/// Proves or refutes that a model's margin goes one way along a feature.
package struct MonotonicityProof: Sendable {
    /// Steps of the search for one feature: a few seconds.
    package static let usualBudget = 20_000_000

    private let forest: Forest

    /// Examines a forest.
    package init(_ forest: Forest) { self.forest = forest }

    /// Examines a feature of the prepared matrix.
    /// - Parameters:
    ///   - output: which of the margins, where there are several.
    ///   - budget: steps after which the search ends undecided.
    package func verdict(
        feature: Int,
        _ direction: MonotoneDirection,
        output: Int = 0,
        budget: Int = usualBudget
    ) throws(MonotonicityError) -> MonotonicityVerdict {
        guard (0..<forest.featureCount).contains(feature),
            (0..<forest.outputCount).contains(output)
        else { throw .notThere(feature: feature, output: output) }
        if let linear = forest.linear {
            let weight = linear.weight(feature: feature, output: output)
            guard weight * direction.sign < 0 else { return .proven(.weight) }
            return .refuted(counterexample(of: feature, output: output))
        }
        let part = forest.part(ofOutput: output)
        let splits = part.nodes.filter { !$0.isLeaf && $0.feature == feature }
        guard !splits.isEmpty else { return .proven(.unused) }
        guard !splits.contains(where: \.isCategorical) else { throw .categorical(feature: feature) }
        var search = MonotonicitySearch(part, feature, direction, budget: budget)
        if search.everyTreeIsProven() { return .proven(.everyTree) }
        return search.verdict(thresholds: Set(splits.map(\.value)).sorted())
    }

    /// Two rows of a linear model, whose margins differ by the weight of the feature.
    private func counterexample(
        of feature: Int,
        output: Int
    ) -> MonotonicityVerdict.Counterexample {
        let lower = [Float](repeating: 0, count: forest.featureCount)
        var upper = lower
        upper[feature] = 1
        let predictor = ReferencePredictor(forest)
        return MonotonicityVerdict.Counterexample(
            lower: lower,
            upper: upper,
            lowerMargin: predictor.margins(of: lower)[output],
            upperMargin: predictor.margins(of: upper)[output]
        )
    }
}
