// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import TestSupport
import Testing

@Suite struct ClassificationScoresTests {
    private struct Case: Codable {
        let labels: [Float]
        let probabilities: [Float]
        var weights: [Float]?
    }

    private struct Line: Decodable {
        let precision: Double
        let recall: Double
        let f1: Double
        let support: Double

        enum CodingKeys: String, CodingKey {
            case precision, recall, support
            case f1 = "f1-score"
        }
    }

    private struct Report: Decodable {
        let nonDefault: Line
        let `default`: Line
        let macroAverage: Line
        let weightedAverage: Line
        let accuracy: Double
        let auc: Double
        let brier: Double

        enum CodingKeys: String, CodingKey {
            case nonDefault = "Non-Default"
            case `default` = "Default"
            case macroAverage = "macro avg"
            case weightedAverage = "weighted avg"
            case accuracy, auc, brier
        }
    }

    /// Scores with ties, lone classes in prediction, and every threshold side.
    private static func cases() -> [Case] {
        var generator = SeededGenerator(seed: 11)
        return (0..<40).map { index in
            let rowCount = Int.random(in: 2...400, using: &generator)
            let steps = Float([2, 3, 10, 1000][index % 4])
            var labels = (0..<rowCount).map { _ in Float(Int.random(in: 0...1, using: &generator)) }
            labels[0] = 0
            labels[1] = 1
            let probabilities = labels.map { label in
                let noise = Float.random(in: 0...1, using: &generator)
                return ((0.3 * label + 0.7 * noise) * steps).rounded() / steps
            }
            // Weights of some rows are 0, of others far greater than 1.
            let weights = labels.map { _ in Float(Int.random(in: 0...40, using: &generator)) / 8 }
            return Case(
                labels: labels,
                probabilities: probabilities,
                weights: index % 2 == 1 && weights.reduce(0, +) > 0 ? weights : nil
            )
        }
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func equalScikitLearnsReportAUCAndBrierScore() throws {
        let cases = Self.cases()
        let encoder = JSONEncoder()
        let lines = try cases.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let answer = try PythonOracle.run(
            "classification_scores.py",
            input: Data(lines.joined(separator: "\n").utf8)
        )
        let reports = String(decoding: answer, as: UTF8.self).split(separator: "\n")
        try #require(reports.count == cases.count)
        for (sample, text) in zip(cases, reports) {
            let expected = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
            let scores = ClassificationScores(
                labels: sample.labels.span,
                probabilities: sample.probabilities.span,
                weights: sample.weights,
                areOfUnseenRows: true
            )
            expectEqual(scores.nonDefault, expected.nonDefault)
            expectEqual(scores.default, expected.default)
            expectEqual(scores.macroAverage, expected.macroAverage)
            expectEqual(scores.weightedAverage, expected.weightedAverage)
            #expect(abs(scores.accuracy - expected.accuracy) < 1e-12)
            #expect(abs(scores.auc - expected.auc) < 1e-12)
            #expect(abs(try #require(scores.brier) - expected.brier) < 1e-12)
        }
    }

    private func expectEqual(_ line: ClassificationScores.Line, _ expected: Line) {
        #expect(abs(line.precision - expected.precision) < 1e-12)
        #expect(abs(line.recall - expected.recall) < 1e-12)
        #expect(abs(line.f1 - expected.f1) < 1e-12)
        #expect(abs(line.weight - expected.support) < 1e-9)
    }

    @Test func aucIsUndefinedForOneClass() {
        let labels: [Float] = [1, 1]
        let probabilities: [Float] = [0.2, 0.7]
        #expect(areaUnderROC(labels: labels.span, probabilities: probabilities.span).isNaN)
    }

    @Test func aucCountsTiesAsHalf() {
        let labels: [Float] = [0, 1, 0, 1]
        let probabilities: [Float] = [0.5, 0.5, 0.1, 0.9]
        #expect(areaUnderROC(labels: labels.span, probabilities: probabilities.span) == 0.875)
    }
}
