// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Where a training stands after a round.
package struct TrainingProgress: Sendable {
    /// Rounds done, from 1.
    package let round: Int
    /// Rounds in all.
    package let rounds: Int
    /// Log loss on the training rows, in nats, at the newest evaluated round; the root of the mean
    /// squared distance where a number is predicted.
    package let logLoss: Double?
    /// Time since the first round began.
    package let elapsed: Duration

    /// The time that the remaining rounds take at the pace so far; nil while there are too few to
    /// say.
    package let remaining: Duration?
}

/// The result of a training.
package struct TrainedModel: Sendable {
    /// The model in XGBoost's JSON.
    package let xgboost: [UInt8]
    /// What each column gave, in the columns' order; without those that no split looks at.
    package let importances: [FeatureImportance]
}

/// Why a training gave no model.
package enum TrainingError: Error {
    case parameters(TrainingParameterError)
    case library(XGBoostError)
    /// All labels are equal, or there is no row: nothing can be learned.
    case oneClassOnly
    case cancelled
}

/// Trains a gradient-boosted forest with libxgboost.
package struct Trainer: Sendable {
    /// What shapes the model.
    package let parameters: TrainingParameters
    /// What it learns.
    package let task: TrainingTask
    /// Columns that hold codes of categories, which splits divide into sets.
    package let categoryColumns: Set<Int>
    /// Threads of libxgboost.
    package let threadCount: Int

    /// Trains with these parameters on this many threads.
    package init(
        parameters: TrainingParameters,
        task: TrainingTask = .probability,
        categoryColumns: Set<Int> = [],
        threadCount: Int
    ) {
        self.parameters = parameters
        self.task = task
        self.categoryColumns = categoryColumns
        self.threadCount = threadCount
    }

    /// Trains on a dense matrix.
    ///
    /// Runs on the calling thread from the first call into libxgboost to the last, as its
    /// thread-local state demands.
    /// - Parameters:
    ///   - columns: column-major float32, shape (labels.count, featureNames.count); NaN is missing.
    ///   - labels: 0 or 1 per row, or a number to predict.
    ///   - weights: how much each row counts, at least 0; nil: all alike.
    ///   - progress: called after each round; returns false to cancel.
    package func train(
        columns: Span<Float>,
        labels: Span<Float>,
        weights: [Float]? = nil,
        featureNames: [String],
        progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TrainedModel {
        do { try parameters.validate() } catch { throw .parameters(error) }
        try Self.requireDifferent(labels)
        do {
            let booster = try boosted(columns, labels, weights, featureNames, progress)
            return TrainedModel(
                xgboost: try booster.serialized(as: .json),
                importances: try Self.importances(of: booster, featureNames: featureNames)
            )
        } catch let error as XGBoostError {
            throw .library(error)
        } catch let error as TrainingError {
            throw error
        } catch {
            preconditionFailure("libxgboost's wrappers throw XGBoostError only: \(error)")
        }
    }

    /// The model after all rounds. The matrix is freed with the end of this call, before the model
    /// is written: those two take the most memory.
    private func boosted(
        _ columns: Span<Float>,
        _ labels: Span<Float>,
        _ weights: [Float]?,
        _ featureNames: [String],
        _ progress: (TrainingProgress) -> Bool
    ) throws -> Booster {
        let matrix = try TrainingMatrix.copying(
            columns: columns,
            labels: labels,
            featureCount: featureNames.count,
            threadCount: threadCount
        )
        if let weights { try matrix.setWeights(weights.span) }
        let types = featureNames.indices.map { categoryColumns.contains($0) ? "c" : "q" }
        if !categoryColumns.isEmpty { try matrix.setFeatureTypes(types) }
        var booster = try Booster.starting(
            on: matrix,
            settings: parameters.settings(for: task, mean: Self.mean(labels, weights)),
            threadCount: threadCount
        )
        try booster.setFeatureNames(featureNames)
        if !categoryColumns.isEmpty { try booster.setFeatureTypes(types) }
        guard try boost(&booster, on: matrix, progress: progress) else {
            throw TrainingError.cancelled
        }
        return booster
    }

    /// Runs the rounds; false when `progress` canceled them.
    private func boost(
        _ booster: inout Booster,
        on matrix: borrowing TrainingMatrix,
        progress: (TrainingProgress) -> Bool
    ) throws(XGBoostError) -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        var evaluated = start - Self.evaluationInterval
        var logLoss: Double?
        var pace = TrainingPace(rounds: parameters.rounds)
        for round in 0..<parameters.rounds {
            try booster.update(round: round, on: matrix)
            // An evaluation costs as much as a round, so it is done only now and then.
            let isLast = round + 1 == parameters.rounds
            if isLast || clock.now - evaluated >= Self.evaluationInterval {
                logLoss = try booster.evaluate(round: round, on: matrix)
                evaluated = clock.now
            }
            let elapsed = clock.now - start
            let state = TrainingProgress(
                round: round + 1,
                rounds: parameters.rounds,
                logLoss: logLoss,
                elapsed: elapsed,
                remaining: pace.remaining(after: round + 1, at: elapsed)
            )
            guard progress(state) else { return false }
        }
        return true
    }

    private static func importances(
        of booster: borrowing Booster,
        featureNames: [String]
    ) throws(XGBoostError) -> [FeatureImportance] {
        let gains = try booster.featureScores(.totalGain)
        let splits = try booster.featureScores(.weight)
        return featureNames.compactMap { name in
            guard let gain = gains.first(where: { $0.name == name }),
                let count = splits.first(where: { $0.name == name })
            else { return nil }
            return FeatureImportance(
                name: name,
                totalGain: Double(gain.score),
                splits: Int(count.score)
            )
        }
    }

    private static func requireDifferent(_ labels: Span<Float>) throws(TrainingError) {
        for row in labels.indices where labels[row] != labels[0] { return }
        throw .oneClassOnly
    }

    private static func mean(_ labels: Span<Float>, _ weights: [Float]?) -> Double {
        var (sum, all) = (0.0, 0.0)
        for row in labels.indices {
            let weight = Double(weights?[row] ?? 1)
            sum += weight * Double(labels[row])
            all += weight
        }
        return sum / all
    }

    private static let evaluationInterval = Duration.seconds(2)
}
