// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Finds parameters by trials that are drawn at random, of which ever fewer go on.
package struct ParameterSearch: Sendable {
    /// What all trials have in common: parameters that the space does not have, and the rest.
    private let trainer: Trainer
    private let plan: SearchPlan

    /// - Parameter trainer: its parameters are those of the trials where the space has none.
    package init(_ trainer: Trainer, _ plan: SearchPlan) {
        self.trainer = trainer
        self.plan = plan
    }

    /// Runs the search, on the calling thread, as a training does.
    /// - Parameters:
    ///   - rows: what the trials learn from.
    ///   - held: what they are measured on.
    ///   - progress: called after each round; returns false to cancel.
    package func run(
        _ rows: LabeledRows,
        held: LabeledRows,
        featureNames: [String],
        progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> SearchReport {
        do { try trainer.parameters.validate() } catch { throw .parameters(error) }
        try Trainer.requireDifferent(rows.labels.span)
        do {
            var run = SearchRun(plan, drawn(rows), rounds: trainer.parameters.rounds)
            let names = featureNames
            let matrix = try trainer.matrix(
                rows.columns.span,
                rows.labels.span,
                rows.weights,
                names.count
            )
            let measured = try trainer.matrix(
                held.columns.span,
                held.labels.span,
                held.weights,
                names.count
            )
            try run.run(on: matrix, measuredOn: measured, names, progress)
            return run.report(trainRows: rows.labels.count, measuredRows: held.labels.count)
        } catch let error as XGBoostError {
            throw .library(error)
        } catch let error as TrainingError {
            throw error
        } catch {
            preconditionFailure("libxgboost's wrappers throw XGBoostError only: \(error)")
        }
    }

    /// The trials, all drawn before the first is boosted: more time draws no others.
    private func drawn(_ rows: LabeledRows) -> [TrialBoosting] {
        var random = SplitMix64(seed: plan.seed)
        let mean = Trainer.mean(rows.labels.span, rows.weights)
        let rounds = trainer.parameters.rounds
        let patience =
            trainer.parameters.earlyStoppingRounds > 0
            ? trainer.parameters.earlyStoppingRounds : max(Self.patienceMin, rounds / 10)
        return (0..<plan.trials).map { _ in
            let (parameters, values) = plan.space.draw(into: trainer.parameters, &random)
            return TrialBoosting(
                trainer.with(parameters),
                values,
                patience: patience,
                mean: mean
            )
        }
    }

    /// Rounds without a better one that end a trial, at least.
    private static let patienceMin = 20
}
