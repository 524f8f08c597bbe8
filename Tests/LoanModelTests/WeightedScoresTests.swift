// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

/// A row with a weight of 3 counts as three rows do. `ClassificationScoresTests` compares weighted
/// scores with scikit-learn's.
@Suite struct WeightedScoresTests {
    /// Rows with whole weights, and each of them as often as its weight says.
    private struct Rows {
        var labels: [Float] = []
        var predictions: [Float] = []
        var weights: [Float] = []
        var repeatedLabels: [Float] = []
        var repeatedPredictions: [Float] = []

        init(label: (inout SeededGenerator) -> Float) {
            var random = SeededGenerator(seed: 9)
            for _ in 0..<400 {
                let label = label(&random)
                let noise = Float.random(in: 0...1, using: &random)
                // With ties.
                let prediction = ((0.3 * min(1, label) + 0.7 * noise) * 50).rounded() / 50
                let weight = Int.random(in: 0...4, using: &random)
                labels.append(label)
                predictions.append(prediction)
                weights.append(Float(weight))
                repeatedLabels += Array(repeating: label, count: weight)
                repeatedPredictions += Array(repeating: prediction, count: weight)
            }
        }
    }

    private func expectNear(_ value: Double, _ other: Double, _ what: Comment) {
        #expect(abs(value - other) < 1e-9, what)
    }

    @Test func scoresOfClasses() throws {
        let rows = Rows { Float(Int.random(in: 0...1, using: &$0)) }
        let weighted = ClassificationScores(
            labels: rows.labels.span,
            probabilities: rows.predictions.span,
            weights: rows.weights,
            areOfUnseenRows: true
        )
        let repeated = ClassificationScores(
            labels: rows.repeatedLabels.span,
            probabilities: rows.repeatedPredictions.span,
            areOfUnseenRows: true
        )
        expectNear(weighted.accuracy, repeated.accuracy, "accuracy")
        expectNear(weighted.auc, repeated.auc, "AUC")
        expectNear(try #require(weighted.brier), try #require(repeated.brier), "Brier score")
        expectNear(weighted.default.f1, repeated.default.f1, "F1")
        expectNear(weighted.weightedAverage.recall, repeated.weightedAverage.recall, "recall")
        #expect(weighted.default.weight == Double(repeated.default.support))
        #expect(weighted.default.support + weighted.nonDefault.support == 400)
    }

    @Test func scoresOfNumbers() {
        let rows = Rows { Float.random(in: 0...100, using: &$0) }
        let weighted = RegressionScores(
            labels: rows.labels.span,
            predictions: rows.predictions.span,
            weights: rows.weights,
            areOfUnseenRows: true
        )
        let repeated = RegressionScores(
            labels: rows.repeatedLabels.span,
            predictions: rows.repeatedPredictions.span,
            areOfUnseenRows: true
        )
        expectNear(weighted.rmse, repeated.rmse, "RMSE")
        expectNear(weighted.mae, repeated.mae, "MAE")
        expectNear(weighted.r2, repeated.r2, "R2")
        #expect(weighted.rowCount == 400)
    }

    @Test func curves() {
        let rows = Rows { Float(Int.random(in: 0...1, using: &$0)) }
        let weighted = ModelEvaluation(
            labels: rows.labels.span,
            probabilities: rows.predictions.span,
            weights: rows.weights
        )
        let repeated = ModelEvaluation(
            labels: rows.repeatedLabels.span,
            probabilities: rows.repeatedPredictions.span
        )
        #expect(weighted.roc == repeated.roc)
        for (bin, other) in zip(weighted.calibration, repeated.calibration) {
            #expect(abs(bin.predicted - other.predicted) < 1e-6)
            #expect(abs(bin.observed - other.observed) < 1e-6)
        }
        #expect(weighted.histogram.reduce(0) { $0 + $1.defaults + $1.nonDefaults } == 400)
    }

    @Test func aucIsUndefinedWhereAClassCountsNothing() {
        let labels: [Float] = [0, 1, 1]
        let probabilities: [Float] = [0.1, 0.5, 0.7]
        let area = areaUnderROC(
            labels: labels.span,
            probabilities: probabilities.span,
            weights: [0, 1, 2]
        )
        #expect(area.isNaN)
    }
}
