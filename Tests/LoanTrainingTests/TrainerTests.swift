// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanTraining
import TestSupport
import Testing

@Suite struct TrainerTests {
    private func parameters(rounds: Int) -> TrainingParameters {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.maxDepth = 3
        return parameters
    }

    /// Two columns, the first of which decides the label.
    private func data(rows: Int) -> (columns: [Float], labels: [Float]) {
        var generator = SeededGenerator(seed: 3)
        let first = (0..<rows).map { _ in Float.random(in: -1...1, using: &generator) }
        let second = (0..<rows).map { _ in Float.random(in: -1...1, using: &generator) }
        return (first + second, first.map { $0 > 0.2 ? 1 : 0 })
    }

    @Test func trainsTheSameModelFromTheSameData() throws {
        let (columns, labels) = data(rows: 500)
        let trainer = Trainer(parameters: parameters(rounds: 5), threadCount: 1)
        let models = try (0..<2).map { _ in
            try trainer.train(
                columns: columns.span,
                labels: labels.span,
                featureNames: ["person_age", "person_income"]
            ) { _ in true }
        }
        #expect(models[0].xgboost == models[1].xgboost)
        #expect(models[0].importances == models[1].importances)
        let text = String(decoding: models[0].xgboost, as: UTF8.self)
        #expect(text.contains("person_income"))
        #expect(text.contains("binary:logistic"))
    }

    @Test func theColumnThatDecidesIsTheImportantOne() throws {
        let (columns, labels) = data(rows: 500)
        let importances = try Trainer(parameters: parameters(rounds: 5), threadCount: 1).train(
            columns: columns.span,
            labels: labels.span,
            featureNames: ["person_age", "person_income"]
        ) { _ in true }.importances
        let age = try #require(importances.first)
        #expect(age.name == "person_age")
        #expect(age.splits >= 5)
        let rest = importances.dropFirst().map(\.totalGain).reduce(0, +)
        #expect(age.totalGain > 10 * rest)
    }

    @Test func reportsEveryRoundAndAFallingLoss() throws {
        let (columns, labels) = data(rows: 500)
        var rounds: [Int] = []
        var last: Double?
        _ = try Trainer(parameters: parameters(rounds: 8), threadCount: 1).train(
            columns: columns.span,
            labels: labels.span,
            featureNames: ["a", "b"]
        ) { progress in
            rounds.append(progress.round)
            last = progress.logLoss
            return true
        }
        #expect(rounds == Array(1...8))
        #expect(try #require(last) < 0.693)
    }

    @Test func stopsWhenProgressSaysSo() {
        let (columns, labels) = data(rows: 100)
        var rounds = 0
        #expect {
            _ = try Trainer(parameters: parameters(rounds: 50), threadCount: 1).train(
                columns: columns.span,
                labels: labels.span,
                featureNames: ["a", "b"]
            ) { _ in
                rounds += 1
                return rounds < 3
            }
        } throws: { error in
            if case TrainingError.cancelled = error { true } else { false }
        }
        #expect(rounds == 3)
    }

    @Test(arguments: [Float(0), 1])
    func refusesLabelsOfOneClass(label: Float) {
        let columns: [Float] = [1, 2]
        let labels = [label, label]
        #expect {
            _ = try Trainer(parameters: parameters(rounds: 1), threadCount: 1).train(
                columns: columns.span,
                labels: labels.span,
                featureNames: ["a"]
            ) { _ in true }
        } throws: { error in
            if case TrainingError.oneClassOnly = error { true } else { false }
        }
    }

    @Test func namesWhatLibxgboostRefuses() {
        let columns: [Float] = [1, .infinity]
        let labels: [Float] = [0, 1]
        #expect {
            _ = try Trainer(parameters: parameters(rounds: 1), threadCount: 1).train(
                columns: columns.span,
                labels: labels.span,
                featureNames: ["a"]
            ) { _ in true }
        } throws: { error in
            if case TrainingError.library(let cause) = error {
                cause.call == "XGDMatrixCreateFromDense" && cause.message.contains("inf")
            } else {
                false
            }
        }
    }
}
