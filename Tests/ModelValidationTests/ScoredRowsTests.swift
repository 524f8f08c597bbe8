// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import Testing

@Suite struct ScoredRowsTests {
    @Test func countsClassesWithoutRowsThatWeighNothing() throws {
        let rows = try ScoredRows(
            scores: [-3, 0, 7, 8],
            labels: [0, 1, 1, 0],
            weights: [0.5, 2, 0, 1]
        )
        #expect(rows.defaults.rows == 1)
        #expect(rows.defaults.weight == 2)
        #expect(rows.nonDefaults.rows == 2)
        #expect(rows.nonDefaults.weight == 1.5)
        #expect(rows.nonDefaults.squaredWeight == 1.25)
        #expect(rows.haveBothClasses)
        #expect(rows.defaultRate.value == 2 / 3.5)
    }

    @Test func rejectsDifferentCounts() {
        #expect(throws: ScoredRowsError.counts(scores: 2, labels: 1, weights: nil)) {
            try ScoredRows(scores: [1, 2], labels: [0])
        }
        #expect(throws: ScoredRowsError.counts(scores: 2, labels: 2, weights: 1)) {
            try ScoredRows(scores: [1, 2], labels: [0, 1], weights: [1])
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func rejectsScoresThatAreNotFinite(score: Float) {
        #expect(throws: ScoredRowsError.score(row: 1)) {
            try ScoredRows(scores: [0, score], labels: [0, 1])
        }
    }

    @Test(arguments: [Float(0).nextDown, Float(1).nextUp])
    func rejectsProbabilitiesOutside(value: Float) {
        #expect(throws: ScoredRowsError.probability(row: 0, value: value)) {
            try ScoredRows(probabilities: [value, 0.5], labels: [0, 1])
        }
    }

    @Test func takesProbabilitiesAtBothEnds() throws {
        let rows = try ScoredRows(probabilities: [0, 1], labels: [0, 1])
        #expect(rows.areProbabilities)
    }

    @Test func rejectsOtherLabels() {
        #expect(throws: ScoredRowsError.label(row: 1, value: 2)) {
            try ScoredRows(scores: [0, 1], labels: [0, 2])
        }
    }

    @Test(arguments: [Float(-1), .infinity])
    func rejectsOtherWeights(weight: Float) {
        #expect(throws: ScoredRowsError.weight(row: 1, value: weight)) {
            try ScoredRows(scores: [0, 1], labels: [0, 1], weights: [1, weight])
        }
    }

    @Test func rejectsRowsThatCountNothing() {
        #expect(throws: ScoredRowsError.noRows) { try ScoredRows(scores: [], labels: []) }
        #expect(throws: ScoredRowsError.noRows) {
            try ScoredRows(scores: [0, 1], labels: [0, 1], weights: [0, 0])
        }
    }

    @Test func saysWhichRowIsWrong() {
        let sentence = "\(ScoredRowsError.label(row: 6, value: 3))"
        #expect(sentence == "row 7: the label 3.0 is neither 0 nor 1")
    }
}
