// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModelValidation
import TestSupport
import Testing

@Suite struct CalibrationTests {
    /// Margins that are too certain, as those of boosted trees are.
    private struct Case: Encodable {
        var margins: [Float] = []
        var labels: [Float] = []
        var weights: [Float]?
        var probes: [Float]

        init(count: Int, steps: Float, scale: Float, isWeighted: Bool, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            var weights: [Float] = []
            for row in 0..<count {
                let label = Float(row < 4 ? row % 2 : Int.random(in: 0...1, using: &random))
                let noise = Float.random(in: -1...1, using: &random) * 2
                margins.append((scale * (label - 0.6 + noise) * steps).rounded() / steps)
                labels.append(label)
                weights.append(row < 4 ? 1 : Float(Int.random(in: 0...24, using: &random)) / 8)
            }
            self.weights = isWeighted ? weights : nil
            let edge = 3 * scale + 1
            probes = (0...60).map { -edge + 2 * edge * Float($0) / 60 } + margins.prefix(20)
        }

        /// Labels by a curve that falls at one end: the best beta curve that may not has a slope of
        /// 0.
        init(a: Double, b: Double, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            for _ in 0..<3_000 {
                let margin = Float.random(in: -4...4, using: &random)
                let score = 1 / (1 + exp(-Double(margin)))
                let odds = exp(a * log(score) - b * log(1 - score))
                margins.append(margin)
                let isDefault = Double.random(in: 0...1, using: &random) < odds / (1 + odds)
                labels.append(isDefault ? 1 : 0)
            }
            probes = (0...40).map { -5 + Float($0) / 4 }
        }

        static let falling = [Case(a: -0.6, b: 1.5, seed: 1), Case(a: 1.5, b: -0.6, seed: 2)]

        func ranked() throws -> RankedRows {
            RankedRows(try ScoredRows(scores: margins, labels: labels, weights: weights))
        }

        static let all: [Case] = (0..<16).map { index in
            let (counts, steps): ([Int], [Float]) = ([60, 2_000], [8, 1_048_576])
            return Case(
                count: counts[index % 2],
                steps: steps[(index / 2) % 2],
                scale: index < 8 ? 1 : 4,
                isWeighted: (index / 4) % 2 == 1,
                seed: UInt64(index)
            )
        }
    }

    private struct Answer: Decodable {
        let isotonic, sigmoid, platt, beta: [Double]
        let knots: [[Double]]
    }

    private struct BetaAnswer: Decodable {
        let betacal: [Double]
    }

    private func expect(
        _ method: Calibration.Method,
        of sample: Case,
        near expected: [Double],
        within tolerance: Double,
        _ what: Comment
    ) throws {
        let calibration = try Calibration(method, to: try sample.ranked())
        #expect(calibration.method == method)
        for (margin, value) in zip(sample.probes, expected) {
            expectNear(calibration.probability(ofMargin: margin), value, within: tolerance, what)
        }
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func curvesAreScikitLearnsAndOfMaximumLikelihood() throws {
        let answers = try Oracle.answers("calibrations.py", to: Case.all, as: Answer.self)
        for (sample, answer) in zip(Case.all, answers) {
            try expect(.platt, of: sample, near: answer.platt, within: 1e-9, "Platt")
            // scikit-learn's solver ends at a gradient of 1e-6.
            try expect(.platt, of: sample, near: answer.sigmoid, within: 1e-4, "sigmoid")
            try expect(.beta, of: sample, near: answer.beta, within: 1e-9, "beta")
            try expect(.isotonic, of: sample, near: answer.isotonic, within: 1e-9, "isotonic")
            let steps = try IsotonicCalibration(fitting: try sample.ranked())
            #expect(steps.margins.map(Double.init) == answer.knots[0])
            for (value, expected) in zip(steps.probabilities, answer.knots[1]) {
                expectNear(value, expected, within: 1e-12, "knot")
            }
        }
    }

    @Test(.enabled(if: Oracle.has("betacal"), Oracle.lacks("betacal")))
    func betaCurvesAreBetacalsWithinItsTolerance() throws {
        let answers = try Oracle.answers(
            "calibrations.py",
            ["betacal"],
            to: Case.all,
            as: BetaAnswer.self
        )
        for (sample, answer) in zip(Case.all, answers) {
            try expect(.beta, of: sample, near: answer.betacal, within: 2e-3, "betacal")
        }
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func betaCurvesDoNotFallAtEitherEnd() throws {
        let answers = try Oracle.answers("calibrations.py", to: Case.falling, as: Answer.self)
        for (sample, answer) in zip(Case.falling, answers) {
            try expect(.beta, of: sample, near: answer.beta, within: 1e-9, "beta")
        }
        #expect(try BetaCalibration(fitting: try Case.falling[0].ranked()).a == 0)
        #expect(try BetaCalibration(fitting: try Case.falling[1].ranked()).b == 0)
    }

    @Test func betaSettlesWhereDefaultsAreBetweenOthers() throws {
        let scores: [Float] = [-3, -2, -1, 0, 1, 2, 3]
        let ranked = RankedRows(try ScoredRows(scores: scores, labels: [0, 0, 1, 1, 1, 0, 1]))
        let beta = try Calibration(.beta, to: ranked)
        #expect(beta.probability(ofMargin: -3) < beta.probability(ofMargin: 3))
    }

    @Test func noneIsTheLogisticFunction() throws {
        let none = try Calibration(.none, to: try Case.all[0].ranked())
        #expect(none == .none)
        expectNear(none.probability(ofMargin: 0), 0.5, "probability of 0")
        expectNear(none.probability(ofMargin: -800), 0, within: 0, "probability of -800")
        expectNear(none.probability(ofMargin: 800), 1, within: 0, "probability of 800")
    }

    @Test(arguments: Calibration.Method.allCases)
    func orderOfMarginsIsKept(method: Calibration.Method) throws {
        for sample in Case.all {
            let calibration = try Calibration(method, to: try sample.ranked())
            let values = sample.probes.sorted().map { calibration.probability(ofMargin: $0) }
            #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(values.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func meanOfCalibratedRowsIsTheRateOfDefaults() throws {
        let sample = Case.all[9]
        let ranked = try sample.ranked()
        for method in [Calibration.Method.isotonic, .beta] {
            let calibration = try Calibration(method, to: ranked)
            let sum = sample.margins.reduce(0) { $0 + calibration.probability(ofMargin: $1) }
            let rate = try #require(ranked.rows.defaultRate.value)
            expectNear(sum / Double(sample.margins.count), rate, "mean of \(method)")
        }
    }

    @Test func onlyPlattScalesContributions() throws {
        let ranked = try Case.all[0].ranked()
        #expect(try Calibration(.none, to: ranked).contributionFactor == 1)
        #expect(try Calibration(.isotonic, to: ranked).contributionFactor == nil)
        #expect(try Calibration(.beta, to: ranked).contributionFactor == nil)
        let platt = try PlattCalibration(fitting: ranked)
        #expect(Calibration.platt(platt).contributionFactor == platt.slope)
    }

    @Test func plattTakesClassesThatAreSeparated() throws {
        let ranked = RankedRows(try ScoredRows(scores: [-1, 0, 2, 3], labels: [0, 0, 1, 1]))
        let platt = try Calibration(.platt, to: ranked)
        // The targets are 1/4 and 3/4.
        #expect((0.2...0.3).contains(platt.probability(ofMargin: -0.5)))
        #expect(throws: CalibrationFitError.separated(rows: 4)) {
            try Calibration(.beta, to: ranked)
        }
    }

    @Test(arguments: [Calibration.Method.platt, .isotonic, .beta])
    func rejectsOneClass(method: Calibration.Method) throws {
        let ranked = RankedRows(try ScoredRows(scores: [-1, 0], labels: [1, 1]))
        #expect(throws: CalibrationFitError.oneClassOnly) { try Calibration(method, to: ranked) }
    }

    @Test(arguments: [Calibration.Method.platt, .beta])
    func rejectsOneMarginAndScoresThatRankBackwards(method: Calibration.Method) throws {
        let equal = RankedRows(try ScoredRows(scores: [1, 1, 1], labels: [0, 1, 1]))
        #expect(throws: CalibrationFitError.oneMargin) { try Calibration(method, to: equal) }
        let backwards = RankedRows(
            try ScoredRows(scores: [-2, -1, 0, 1, 2, 3], labels: [1, 1, 0, 1, 0, 0])
        )
        #expect(throws: CalibrationFitError.ranksBackwards) {
            try Calibration(method, to: backwards)
        }
    }

    @Test func isotonicOfOneMarginIsTheRate() throws {
        let equal = RankedRows(try ScoredRows(scores: [1, 1, 1, 1], labels: [0, 1, 1, 1]))
        let flat = try Calibration(.isotonic, to: equal)
        for margin in [Float(-5), 1, 5] { #expect(flat.probability(ofMargin: margin) == 0.75) }
    }

    @Test func rejectsStoredParametersThatNoFitGives() throws {
        typealias Failure = CalibrationFitError
        #expect(throws: Failure.parameters) { try PlattCalibration(slope: 0, intercept: 1) }
        #expect(throws: Failure.parameters) { try PlattCalibration(slope: 1, intercept: .nan) }
        #expect(throws: Failure.parameters) { try BetaCalibration(a: -1, b: 2, c: 0) }
        #expect(throws: Failure.parameters) { try BetaCalibration(a: 0, b: 0, c: 0) }
        let knots: [([Float], [Double])] = [
            ([], []), ([1, 1], [0, 1]), ([1, 2], [1, 0]), ([1, 2], [0]), ([1], [1.5]),
            ([.infinity], [1]),
        ]
        for (margins, probabilities) in knots {
            #expect(throws: Failure.parameters) {
                try IsotonicCalibration(margins: margins, probabilities: probabilities)
            }
        }
        let fitted = try IsotonicCalibration(fitting: try Case.all[1].ranked())
        let stored = try IsotonicCalibration(
            margins: fitted.margins,
            probabilities: fitted.probabilities
        )
        #expect(stored == fitted)
    }
}
