// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport
import Testing

/// What figures are on rows where it is known without an oracle.
@Suite struct FigurePropertiesTests {
    private func ranked(_ scores: [Float], _ labels: [Float], _ weights: [Float]? = nil) throws
        -> RankedRows
    {
        RankedRows(try ScoredRows(probabilities: scores, labels: labels, weights: weights))
    }

    @Test func areaOfAPerfectOrderIsOneWithoutUncertainty() throws {
        let area = try #require(AreaUnderCurve(ranked([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])))
        #expect(area.value == 1)
        #expect(area.gini == 1)
        #expect(area.variance == 0)
        #expect(area.interval() == Interval(lower: 1, upper: 1))
    }

    @Test func tiesCountHalf() throws {
        let area = try #require(AreaUnderCurve(ranked([0.5, 0.5, 0.5], [0, 1, 0])))
        #expect(area.value == 0.5)
        #expect(area.variance == nil, "one default has no variance")
    }

    @Test func figuresOfOneClassAreAbsent() throws {
        let figures = ValidationFigures(try ranked([0.2, 0.4], [0, 0]), thresholds: [0.3])
        #expect(figures.area == nil)
        #expect(figures.separation == nil)
        #expect(figures.confusion[0].truePositiveRate.value == nil)
        #expect(figures.confusion[0].truePositiveRate.interval() == nil)
        #expect(figures.confusion[0].falsePositiveRate.value == 0.5)
        #expect(figures.gains.bands[0].lift == nil)
        #expect(figures.brier.uncertainty == 0)
        #expect(figures.brier.skill == nil)
    }

    @Test func orderOfMarginsBelowZeroIsThatOfNumbers() throws {
        let least = Float.leastNonzeroMagnitude
        let rows = try ScoredRows(
            scores: [-0.0, 0, -7, -least, least, 3],
            labels: [1, 0, 0, 0, 1, 1]
        )
        let area = try #require(AreaUnderCurve(RankedRows(rows)))
        // Of nine pairs the two zeros tie.
        expectNear(area.value, 8.5 / 9, "area")
    }

    @Test func intervalsDoNotDependOnTheScaleOfWeights() throws {
        let sample = SampleRows(count: 200, steps: 50, isWeighted: true, seed: 3)
        var doubled = sample
        doubled.weights = sample.weights?.map { 2 * $0 }
        let figures = try [sample, doubled].map {
            ValidationFigures(try $0.ranked(), thresholds: [0.5])
        }
        #expect(figures[0].area?.interval() == figures[1].area?.interval())
        #expect(figures[0].brier.mean == figures[1].brier.mean)
        let rates = figures.map { $0.confusion[0].truePositiveRate.interval() }
        #expect(rates[0] == rates[1])
        #expect(figures[0].gains.bands.map(\.lift) == figures[1].gains.bands.map(\.lift))
    }

    @Test func wholeWeightsAreRowsThatOftenInEveryPoint() throws {
        let sample = SampleRows(count: 120, steps: 30, isWeighted: false, seed: 4)
        var weighted = sample
        weighted.weights = sample.labels.indices.map { Float($0 % 3) }
        var repeated = sample
        (repeated.scores, repeated.labels) = ([], [])
        for row in sample.labels.indices {
            repeated.scores += Array(repeating: sample.scores[row], count: row % 3)
            repeated.labels += Array(repeating: sample.labels[row], count: row % 3)
        }
        let (one, two) = (
            ValidationFigures(try weighted.ranked(), thresholds: [0.5]),
            ValidationFigures(try repeated.ranked(), thresholds: [0.5])
        )
        expectNear(one.area?.value, try #require(two.area?.value), "area")
        expectNear(one.separation?.value, try #require(two.separation?.value), "KS")
        expectNear(one.brier.mean.value, two.brier.mean.value, "Brier score")
        expectNear(one.logLoss.mean.value, two.logLoss.mean.value, "log loss")
        expectNear(one.widthError.expected, two.widthError.expected, "ECE by width")
        expectNear(one.massError.expected, two.massError.expected, "ECE by mass")
        #expect(one.confusion[0].truePositives.weight == two.confusion[0].truePositives.weight)
    }

    @Test func modelsThatOrderAlikeDoNotDiffer() throws {
        let sample = SampleRows(count: 90, steps: 40, isWeighted: false, seed: 5)
        let first = try #require(AreaUnderCurve(sample.ranked()))
        let squares = try ScoredRows(
            probabilities: sample.scores.map { $0 * $0 },
            labels: sample.labels
        )
        let second = try #require(AreaUnderCurve(RankedRows(squares)))
        let comparison = try #require(AreaComparison(first, second, of: squares))
        #expect(comparison.difference == 0)
        #expect(comparison.standardError == 0)
        #expect(comparison.pValue == 1)
    }

    @Test func bandsDifferByOneRowAtMost() throws {
        for count in [1, 9, 10, 11, 95, 103] {
            let scores = (0..<count).map { Float($0) / 128 }
            let table = GainsTable(try ranked(scores, scores.map { $0 > 0.3 ? 1 : 0 }))
            let sizes = table.bands.map(\.total.rows)
            #expect(sizes.reduce(0, +) == count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            #expect(table.bands.count == min(10, count))
        }
    }

    @Test func wrongCertaintyCostsThirtySixNats() throws {
        let loss = LogLoss(try ScoredRows(probabilities: [0], labels: [1]))
        expectNear(loss.mean.value, 36.04365338911715, "log loss")
        #expect(loss.mean.standardError == nil)
    }

    @Test func thresholdItselfIsPredicted() throws {
        let matrix = ConfusionMatrix(try ranked([0.5, 0.25], [1, 0]), threshold: 0.5)
        #expect(matrix.truePositives.rows == 1)
        #expect(matrix.trueNegatives.rows == 1)
        #expect(matrix.accuracy.value == 1)
        #expect(matrix.f1 == 1)
        #expect(matrix.positivePredictiveValue.value == 1)
        #expect(matrix.negativePredictiveValue.value == 1)
        #expect(matrix.trueNegativeRate.value == 1)
        #expect(matrix.predictedRate.value == 0.5)
    }

    @Test func nobodyIsRefusedWhereThatIsCheapest() throws {
        let rows = try ranked([0.2, 0.8], [0, 1])
        let free = ErrorCosts(falsePositive: 1, falseNegative: 0).cheapestThreshold(of: rows)
        #expect(free.threshold == .infinity)
        #expect(free.cost == 0)
        let exact = ErrorCosts(falsePositive: 1, falseNegative: 1).cheapestThreshold(of: rows)
        #expect(exact.threshold == 0.8)
    }
}
