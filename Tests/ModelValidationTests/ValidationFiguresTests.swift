// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import Testing

/// Every figure against scikit-learn, scipy, or its definition over all pairs of rows.
@Suite(.enabled(if: Oracle.isAvailable, Oracle.missing))
struct ValidationFiguresTests {
    private struct Bins: Decodable, Sendable {
        let bins: [[Double]]
        let expected: Double
        let maximum: Double
        let parts: [Double]
    }

    private struct Answer: Decodable, Sendable {
        let area, standardError, difference, differenceError, pValue: Double
        let separation, brier, brierError, logLoss, logLossError, cost: Double
        let width, mass: Bins
        let gains: [[Double]]
        let confusion: [[Double]]
    }

    private struct Pair: Sendable {
        let sample: SampleRows
        let ranked: RankedRows
        let figures: ValidationFigures
        let answer: Answer
    }

    /// Python is asked once for all tests.
    private static let measured = Result { try measure() }
    private let pairs: [Pair]

    init() throws { pairs = try Self.measured.get() }

    private static func measure() throws -> [Pair] {
        let samples = SampleRows.cases(48)
        let answers = try Oracle.answers("validation_figures.py", to: samples, as: Answer.self)
        return try zip(samples, answers).map { sample, answer in
            let ranked = try sample.ranked()
            return Pair(
                sample: sample,
                ranked: ranked,
                figures: ValidationFigures(ranked, thresholds: sample.thresholds),
                answer: answer
            )
        }
    }

    @Test func areasAndTheirErrorsAreDeLongs() throws {
        for pair in pairs {
            let area = try #require(pair.figures.area)
            expectNear(area.value, pair.answer.area, "area")
            expectNear(area.standardError, pair.answer.standardError, "error of the area")
            expectNear(area.gini, 2 * pair.answer.area - 1, "Gini")
            let interval = try #require(area.interval())
            let upper = min(1, pair.answer.area + 1.959963984540054 * pair.answer.standardError)
            expectNear(interval.upper, upper, "upper end of the area")
            expectNear(area.giniInterval()?.upper, 2 * upper - 1, "upper end of Gini")
        }
    }

    @Test func pairedDifferencesAreDeLongs() throws {
        for pair in pairs {
            let first = try #require(pair.figures.area)
            let second = try #require(AreaUnderCurve(pair.sample.rankedByOther()))
            let comparison = try #require(AreaComparison(first, second, of: pair.ranked.rows))
            expectNear(comparison.difference, pair.answer.difference, "difference")
            // The root of a difference of variances has half of their digits where it vanishes.
            expectNear(
                comparison.standardError,
                pair.answer.differenceError,
                within: 1e-8,
                "error of the difference"
            )
            let reach = 1.959963984540054 * comparison.standardError
            let lower = comparison.difference - reach
            expectNear(comparison.interval().lower, lower, "lower end of the difference")
            if pair.answer.differenceError > 1e-6 {
                expectNear(comparison.pValue, pair.answer.pValue, "p-value")
            }
        }
    }

    @Test func separationIsKolmogorovsAndSmirnovs() {
        for pair in pairs {
            expectNear(pair.figures.separation?.value, pair.answer.separation, "KS")
        }
    }

    @Test func lossesAreScikitLearns() {
        for pair in pairs {
            let (brier, logLoss) = (pair.figures.brier.mean, pair.figures.logLoss.mean)
            expectNear(brier.value, pair.answer.brier, "Brier score")
            expectNear(brier.standardError, pair.answer.brierError, "error of the Brier score")
            expectNear(logLoss.value, pair.answer.logLoss, "log loss")
            expectNear(logLoss.standardError, pair.answer.logLossError, "error of the log loss")
        }
    }

    @Test func binsAreScikitLearnsAndNumpys() throws {
        for pair in pairs {
            for (bins, expected) in [
                (pair.figures.widthBins, pair.answer.width),
                (pair.figures.massBins, pair.answer.mass),
            ] {
                try #require(bins.bins.count == expected.bins.count)
                for (bin, row) in zip(bins.bins, expected.bins) {
                    expectNear(bin.predicted, row[0], "mean probability of a bin")
                    expectNear(bin.observed.value, row[1], "share of defaults of a bin")
                    #expect(Double(bin.total.rows) == row[2])
                    expectNear(bin.total.weight, row[3], "weight of a bin")
                }
                let error = CalibrationError(bins)
                expectNear(error.expected, expected.expected, "expected error")
                expectNear(error.maximum, expected.maximum, "largest error")
            }
        }
    }

    @Test func partsOfTheBrierScoreAreMurphysAndAddUp() {
        for pair in pairs {
            for (bins, expected) in [
                (pair.figures.widthBins, pair.answer.width),
                (pair.figures.massBins, pair.answer.mass),
            ] {
                let score = BrierScore(pair.ranked.rows, bins)
                expectNear(score.reliability, expected.parts[0], "reliability")
                expectNear(score.resolution, expected.parts[1], "resolution")
                expectNear(score.withinVariance, expected.parts[2], "variance within bins")
                expectNear(score.withinCovariance, expected.parts[3], "covariance within bins")
                let sum =
                    score.reliability - score.resolution + score.uncertainty
                    + score.withinVariance - score.withinCovariance
                expectNear(sum, score.mean.value, within: 1e-12, "sum of the parts")
            }
        }
    }

    @Test func gainsAreThoseOfSortedRows() throws {
        for pair in pairs {
            let bands = pair.figures.gains.bands
            try #require(bands.count == pair.answer.gains.count)
            for (band, row) in zip(bands, pair.answer.gains) {
                expectNear(band.total.weight, row[0], "weight of a band")
                expectNear(band.lift, row[1], "lift")
                expectNear(band.cumulativeLift, row[2], "cumulative lift")
                expectNear(band.gain, row[3], "gain")
            }
        }
    }

    @Test func confusionIsScikitLearnsAtEveryThreshold() throws {
        for pair in pairs {
            try #require(pair.figures.confusion.count == pair.answer.confusion.count)
            for (matrix, row) in zip(pair.figures.confusion, pair.answer.confusion) {
                expectNear(matrix.trueNegatives.weight, row[0], "true negatives")
                expectNear(matrix.falsePositives.weight, row[1], "false positives")
                expectNear(matrix.falseNegatives.weight, row[2], "false negatives")
                expectNear(matrix.truePositives.weight, row[3], "true positives")
            }
        }
    }

    @Test func cheapestThresholdCostsTheLeastOfAll() {
        for pair in pairs {
            let costs = ErrorCosts(
                falsePositive: pair.sample.costs[0],
                falseNegative: pair.sample.costs[1]
            )
            let best = costs.cheapestThreshold(of: pair.ranked)
            expectNear(best.cost, pair.answer.cost, "lowest cost")
            let matrix = ConfusionMatrix(pair.ranked, threshold: best.threshold)
            expectNear(costs.cost(of: matrix), best.cost, "cost at the threshold")
        }
    }
}
