// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

@Suite struct ModelEvaluationTests {
    /// Labels that follow their probabilities, as a calibrated model's do.
    private static func rows(_ count: Int) -> (labels: [Float], probabilities: [Float]) {
        var generator = SeededGenerator(seed: 11)
        let probabilities = (0..<count).map { _ in Float.random(in: 0...1, using: &generator) }
        let labels = probabilities.map { probability -> Float in
            Float.random(in: 0..<1, using: &generator) < probability ? 1 : 0
        }
        return (labels, probabilities)
    }

    private static func evaluation(_ count: Int) -> ModelEvaluation {
        let (labels, probabilities) = rows(count)
        return ModelEvaluation(labels: labels.span, probabilities: probabilities.span)
    }

    @Test(arguments: [2, 50, 20_000])
    func rocRisesFromOriginToTheEnd(count: Int) throws {
        let roc = Self.evaluation(count).roc
        #expect(roc.count <= ModelEvaluation.rocPointCountMax)
        for (before, after) in zip(roc, roc.dropFirst()) {
            #expect(after.falsePositiveRate >= before.falsePositiveRate)
            #expect(after.truePositiveRate >= before.truePositiveRate)
        }
        if let last = roc.last {
            #expect(roc.first == .init(falsePositiveRate: 0, truePositiveRate: 0))
            #expect(last == .init(falsePositiveRate: 1, truePositiveRate: 1))
        }
    }

    @Test func areaUnderTheThinnedCurveIsTheExactOne() {
        let (labels, probabilities) = Self.rows(20_000)
        let roc = ModelEvaluation(labels: labels.span, probabilities: probabilities.span).roc
        let area = zip(roc, roc.dropFirst()).reduce(0.0) { sum, pair in
            let width = Double(pair.1.falsePositiveRate - pair.0.falsePositiveRate)
            return sum + width * Double(pair.0.truePositiveRate + pair.1.truePositiveRate) / 2
        }
        let exact = areaUnderROC(labels: labels.span, probabilities: probabilities.span)
        #expect(abs(area - exact) < 1e-3)
    }

    @Test(arguments: [100, 1_000, 5_000, 39_999])
    func theCurveKeepsItsLimitWhereRatesLieOnStepsExactly(rowsOfAClass: Int) {
        let count = 2 * rowsOfAClass
        let labels = (0..<count).map { Float($0 % 2) }
        let probabilities = (0..<count).map { Float($0) / Float(count) }
        let evaluation = ModelEvaluation(labels: labels.span, probabilities: probabilities.span)
        #expect(evaluation.roc.count > ModelEvaluation.rocPointCountMax / 2)
        #expect(evaluation.roc.count <= ModelEvaluation.rocPointCountMax)
    }

    @Test func binsHoldEveryRowOnce() {
        let evaluation = Self.evaluation(5_000)
        #expect(evaluation.calibration.map(\.rowCount).reduce(0, +) == 5_000)
        #expect(evaluation.histogram.count == ModelEvaluation.histogramBinCount)
        let rows = evaluation.histogram.map { $0.defaults + $0.nonDefaults }
        #expect(rows.reduce(0, +) == 5_000)
    }

    @Test func calibratedProbabilitiesLieOnTheDiagonal() {
        for bin in Self.evaluation(20_000).calibration {
            #expect(abs(bin.predicted - bin.observed) < 0.05)
        }
    }

    @Test func endsOfTheRangeFallIntoTheOuterBins() {
        let evaluation = ModelEvaluation(
            labels: ([0, 1] as [Float]).span,
            probabilities: ([0, 1] as [Float]).span
        )
        #expect(evaluation.histogram.first?.nonDefaults == 1)
        #expect(evaluation.histogram.last?.defaults == 1)
        #expect(evaluation.calibration.last == .init(predicted: 1, observed: 1, rowCount: 1))
    }

    @Test func oneClassHasNoCurve() {
        let labels: [Float] = [1, 1]
        let probabilities: [Float] = [0.2, 0.8]
        let evaluation = ModelEvaluation(labels: labels.span, probabilities: probabilities.span)
        #expect(evaluation.roc.isEmpty)
    }
}
