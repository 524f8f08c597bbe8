// SPDX-License-Identifier: Apache-2.0

/// A trial whose rounds are boosted in pieces. Between these it is bytes, so that twenty trials
/// take little more memory than one.
struct TrialBoosting {
    private let trainer: Trainer
    private let patience: Int
    private let mean: Double
    private var paused: [UInt8]?
    private(set) var trial: SearchTrial
    private var isOver = false

    /// - Parameter patience: rounds without a better one after which it is over.
    init(_ trainer: Trainer, _ values: [SearchTrial.Value], patience: Int, mean: Double) {
        self.trainer = trainer
        self.patience = patience
        self.mean = mean
        trial = SearchTrial(values: values)
    }

    /// The parameters that it is boosted with.
    var parameters: TrainingParameters { trainer.parameters }

    /// Boosts until it has this number of rounds, or no hope.
    /// - Parameter progress: takes the rounds done; returns false to cancel.
    mutating func advance(
        to rounds: Int,
        rung: Int,
        on matrix: borrowing TrainingMatrix,
        measuredOn held: borrowing TrainingMatrix,
        _ featureNames: [String],
        progress: (Int) -> Bool
    ) throws {
        trial.rung = rung
        guard !isOver, trial.rounds < rounds else { return }
        var booster = try resumed(on: matrix, featureNames)
        while trial.rounds < rounds, !isOver {
            try booster.update(round: trial.rounds, on: matrix)
            let loss = try booster.evaluate(round: trial.rounds, on: held)
            trial.rounds += 1
            isOver = trial.best.isOver(after: trial.rounds, loss: loss, patience: patience)
            guard progress(trial.rounds) else { throw TrainingError.cancelled }
        }
        paused = isOver ? nil : try booster.paused()
    }

    private func resumed(
        on matrix: borrowing TrainingMatrix,
        _ featureNames: [String]
    ) throws(XGBoostError) -> Booster {
        guard let paused else {
            // A round draws the same rows and columns whatever was boosted before it.
            return try trainer.started(
                on: matrix,
                mean: mean,
                featureNames,
                others: [("seed_per_iteration", "1")]
            )
        }
        return try Booster.resuming(paused, on: matrix)
    }

    /// Frees what it would go on from.
    mutating func drop() { paused = nil }
}
