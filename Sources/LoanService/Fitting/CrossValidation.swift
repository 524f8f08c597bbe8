// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel
internal import LoanTraining
internal import ModelValidation

/// Measures, on each fold of the rows to train on, a model of all other folds, as it would be
/// served.
struct CrossValidation {
    private let trainer: Trainer
    private let count: Int
    private let featureNames: [String]
    private let problem: FittingProblem

    init(
        _ trainer: Trainer,
        _ count: Int,
        _ featureNames: [String],
        _ problem: FittingProblem
    ) {
        self.trainer = trainer
        self.count = count
        self.featureNames = featureNames
        self.problem = problem
    }

    /// Measures.
    /// - Parameters:
    ///   - clusters: of the rows; those of one are in one fold.
    ///   - stopping: rows to stop early with, where the parameters ask for that.
    func run(
        _ rows: LabeledRows,
        _ clusters: [UInt32],
        _ stopping: LabeledRows?,
        _ spans: FittingSpans,
        _ progress: (TrainingProgress) -> Bool
    ) throws(ServiceError) -> FoldReport {
        let plan: FoldPlan
        do throws(FoldError) {
            plan = try FoldPlan(
                clusters: clusters,
                labels: rows.labels,
                count: count,
                seed: UInt64(trainer.parameters.seed)
            )
        } catch {
            throw problem.unmet("folds: \(error)")
        }
        var sizes: [Int] = []
        var figures: [[(name: String, value: Double)]] = []
        for fold in 0..<count {
            let places = plan.rows(of: fold)
            let held = rows.rows(places.held)
            try requireBothClasses(held, fold)
            let scores = try scores(of: held, trainedOn: rows.rows(places.train), stopping) {
                progress($0.during(.fold(fold + 1, of: count), spans.fold(fold)))
            }
            sizes.append(held.labels.count)
            figures.append(try self.figures(held, scores, fold))
        }
        let names = figures.first?.map(\.name) ?? []
        return FoldReport(
            rows: sizes,
            figures: names.enumerated().map { place, name in
                FoldReport.Figure(name: name, values: figures.map { $0[place].value })
            }
        )
    }

    private func requireBothClasses(_ held: LabeledRows, _ fold: Int) throws(ServiceError) {
        guard trainer.task == .probability, Set(held.labels).count < 2 else { return }
        throw problem.unmet("folds: fold \(fold + 1) has one class only; ask for fewer folds")
    }

    /// What a model of other rows predicts.
    private func scores(
        of held: LabeledRows,
        trainedOn rows: LabeledRows,
        _ stopping: LabeledRows?,
        _ progress: (TrainingProgress) -> Bool
    ) throws(ServiceError) -> [Float] {
        let trained = try problem.naming { () throws(TrainingError) in
            try trainer.train(
                columns: rows.columns.span,
                labels: rows.labels.span,
                weights: rows.weights,
                featureNames: featureNames,
                watched: trainer.parameters.earlyStoppingRounds > 0 ? stopping : nil,
                progress: progress
            )
        }
        do throws(ForestError) {
            return try CompiledForest(try Forest(xgboost: trained.xgboost)).scores(
                held.columns,
                layout: .columnMajor(rowCount: held.labels.count, columnCount: featureNames.count)
            )
        } catch {
            throw ServiceError(trained: error)
        }
    }

    private func figures(
        _ held: LabeledRows,
        _ scores: [Float],
        _ fold: Int
    ) throws(ServiceError) -> [(name: String, value: Double)] {
        guard trainer.task == .probability else {
            let figures = RegressionScores(
                labels: held.labels.span,
                predictions: scores.span,
                weights: held.weights,
                areOfUnseenRows: true
            )
            return [("rmse", figures.rmse), ("r2", figures.r2)]
        }
        do throws(ScoredRowsError) {
            let rows = try ScoredRows(
                probabilities: scores,
                labels: held.labels,
                weights: held.weights
            )
            let figures = ClassificationScores(
                labels: held.labels.span,
                probabilities: scores.span,
                weights: held.weights,
                areOfUnseenRows: true
            )
            return [
                ("auc", figures.auc), ("log_loss", LogLoss(rows).mean.value),
                ("brier", figures.brier ?? .nan),
            ]
        } catch {
            throw problem.unmet("folds: fold \(fold + 1) cannot be measured: \(error)")
        }
    }
}
