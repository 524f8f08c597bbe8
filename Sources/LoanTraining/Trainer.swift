// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// Trains a gradient-boosted forest with libxgboost.
package struct Trainer: Sendable {
    /// What shapes the model.
    package let parameters: TrainingParameters
    /// What it learns.
    package let task: TrainingTask
    /// Columns that hold codes of categories, which splits divide into sets.
    package let categoryColumns: Set<Int>
    /// The parameters' constraints by column.
    package let constraints: ColumnConstraints
    /// Threads of libxgboost.
    package let threadCount: Int

    /// Trains with these parameters on this many threads.
    package init(
        parameters: TrainingParameters,
        task: TrainingTask = .probability,
        categoryColumns: Set<Int> = [],
        constraints: ColumnConstraints = .none,
        threadCount: Int
    ) {
        precondition(
            constraints != .none || parameters.monotone.isEmpty && parameters.interactions.isEmpty,
            "constraints by feature are brought to columns"
        )
        self.parameters = parameters
        self.task = task
        self.categoryColumns = categoryColumns
        self.constraints = constraints
        self.threadCount = threadCount
    }

    /// The same with other parameters, whose constraints are the same.
    package func with(_ parameters: TrainingParameters) -> Trainer {
        Trainer(
            parameters: parameters,
            task: task,
            categoryColumns: categoryColumns,
            constraints: constraints,
            threadCount: threadCount
        )
    }

    /// Trains on a dense matrix.
    ///
    /// Runs on the calling thread from the first call into libxgboost to the last, as its
    /// thread-local state demands.
    /// - Parameters:
    ///   - columns: column-major float32, shape (labels.count, featureNames.count); NaN is missing.
    ///   - labels: 0 or 1 per row, or a number to predict.
    ///   - weights: how much each row counts, at least 0; nil: all alike.
    ///   - watched: rows held out to stop early with; needed if the parameters ask for that.
    ///   - progress: called after each round; returns false to cancel.
    package func train(
        columns: Span<Float>,
        labels: Span<Float>,
        weights: [Float]? = nil,
        featureNames: [String],
        watched: LabeledRows? = nil,
        progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TrainedModel {
        precondition(
            watched != nil || parameters.earlyStoppingRounds == 0,
            "a training that stops early has rows to stop with"
        )
        do { try parameters.validate() } catch { throw .parameters(error) }
        try Self.requireDifferent(labels)
        do {
            var record = BoostingRecord()
            let booster = try boosted(
                try matrix(columns, labels, weights, featureNames.count),
                mean: Self.mean(labels, weights),
                featureNames,
                watched,
                &record,
                progress
            )
            return TrainedModel(
                xgboost: try booster.serialized(as: .json),
                importances: try Self.importances(of: booster, featureNames: featureNames),
                record: record
            )
        } catch let error as XGBoostError {
            throw .library(error)
        } catch let error as TrainingError {
            throw error
        } catch {
            preconditionFailure("libxgboost's wrappers throw XGBoostError only: \(error)")
        }
    }

    /// The rows as libxgboost takes them.
    func matrix(
        _ columns: Span<Float>,
        _ labels: Span<Float>,
        _ weights: [Float]?,
        _ featureCount: Int
    ) throws(XGBoostError) -> TrainingMatrix {
        let matrix = try TrainingMatrix.copying(
            columns: columns,
            labels: labels,
            featureCount: featureCount,
            threadCount: threadCount
        )
        if let weights { try matrix.setWeights(weights.span) }
        if !categoryColumns.isEmpty { try matrix.setFeatureTypes(types(featureCount)) }
        return matrix
    }

    private func types(_ featureCount: Int) -> [String] {
        (0..<featureCount).map { categoryColumns.contains($0) ? "c" : "q" }
    }

    /// A model without trees.
    func started(
        on matrix: borrowing TrainingMatrix,
        mean: @autoclosure () -> Double,
        _ featureNames: [String],
        others: [(name: String, value: String)] = []
    ) throws(XGBoostError) -> Booster {
        let booster = try Booster.starting(
            on: matrix,
            settings: parameters.settings(for: task, mean: mean()) + constraints.settings + others,
            threadCount: threadCount
        )
        try name(booster, featureNames)
        return booster
    }

    private func name(
        _ booster: borrowing Booster,
        _ featureNames: [String]
    ) throws(XGBoostError) {
        try booster.setFeatureNames(featureNames)
        if !categoryColumns.isEmpty { try booster.setFeatureTypes(types(featureNames.count)) }
    }

    /// The model after all rounds, or after the best. The matrix is freed with the end of this
    /// call, before the model is written: those two take the most memory.
    private func boosted(
        _ matrix: consuming TrainingMatrix,
        mean: @autoclosure () -> Double,
        _ featureNames: [String],
        _ watched: LabeledRows?,
        _ record: inout BoostingRecord,
        _ progress: (TrainingProgress) -> Bool
    ) throws -> Booster {
        var booster = try started(on: matrix, mean: mean(), featureNames)
        guard let watched, parameters.earlyStoppingRounds > 0 else {
            try boost(&booster, on: matrix, measuredOn: matrix, &record, progress: progress)
            return booster
        }
        let held = try self.matrix(
            watched.columns.span,
            watched.labels.span,
            watched.weights,
            featureNames.count
        )
        record.best = BestRound()
        try boost(&booster, on: matrix, measuredOn: held, &record, progress: progress)
        guard record.kept < record.boosted else { return booster }
        let best = try booster.firstRounds(record.kept)
        try name(best, featureNames)
        return best
    }

    /// Runs the rounds.
    /// - Parameter measured: the rows that the loss is of: the same, or those held out to stop
    ///   early with where the record has a best round.
    private func boost(
        _ booster: inout Booster,
        on matrix: borrowing TrainingMatrix,
        measuredOn measured: borrowing TrainingMatrix,
        _ record: inout BoostingRecord,
        progress: (TrainingProgress) -> Bool
    ) throws {
        let clock = ContinuousClock()
        let start = clock.now
        var evaluated = start - Self.evaluationInterval
        var logLoss: Double?
        var pace = TrainingPace(rounds: parameters.rounds)
        var isOver = false
        for round in 0..<parameters.rounds where !isOver {
            try booster.update(round: round, on: matrix)
            record.boosted = round + 1
            // An evaluation costs as much as a round, so it is done only now and then, where
            // nothing depends on it.
            let isLast = round + 1 == parameters.rounds
            if isLast || record.best != nil || clock.now - evaluated >= Self.evaluationInterval {
                let loss = try booster.evaluate(round: round, on: measured)
                logLoss = loss
                evaluated = clock.now
                isOver =
                    record.best?.isOver(
                        after: round + 1,
                        loss: loss,
                        patience: parameters.earlyStoppingRounds
                    ) ?? false
            }
            let elapsed = clock.now - start
            let state = TrainingProgress(
                round: round + 1,
                rounds: parameters.rounds,
                logLoss: logLoss,
                elapsed: elapsed,
                remaining: pace.remaining(after: round + 1, at: elapsed),
                share: Double(round + 1) / Double(parameters.rounds)
            )
            guard progress(state) else { throw TrainingError.cancelled }
        }
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

    static func requireDifferent(_ labels: Span<Float>) throws(TrainingError) {
        for row in labels.indices where labels[row] != labels[0] { return }
        throw .oneClassOnly
    }

    static func mean(_ labels: Span<Float>, _ weights: [Float]?) -> Double {
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
