// SPDX-License-Identifier: Apache-2.0

internal import LoanTraining

/// A search for parameters, measured on rows that no figure of the model is of: those to stop early
/// with, or else a fifth of the rows to train on.
struct SearchStep {
    private let trainer: Trainer
    private let plan: SearchPlan
    private let featureNames: [String]
    private let problem: FittingProblem

    /// Folds of which one is measured on where there are no rows to stop early with.
    private static let foldCount = 5

    init(
        _ trainer: Trainer,
        _ plan: SearchPlan,
        _ featureNames: [String],
        _ problem: FittingProblem
    ) {
        self.trainer = trainer
        self.plan = plan
        self.featureNames = featureNames
        self.problem = problem
    }

    /// Searches.
    /// - Parameters:
    ///   - clusters: of the rows; those of one are not divided.
    ///   - stopping: rows to stop early with, where there are some.
    func run(
        _ rows: LabeledRows,
        _ clusters: [UInt32],
        _ stopping: LabeledRows?,
        _ spans: FittingSpans,
        _ progress: (TrainingProgress) -> Bool
    ) throws(ServiceError) -> SearchReport {
        let (train, held): (LabeledRows, LabeledRows)
        if let stopping {
            (train, held) = (rows, stopping)
        } else {
            (train, held) = try divided(rows, clusters)
        }
        return try problem.naming { () throws(TrainingError) in
            try ParameterSearch(trainer, plan).run(
                train,
                held: held,
                featureNames: featureNames
            ) { step in progress(step.during(step.phase, spans.search)) }
        }
    }

    private func divided(
        _ rows: LabeledRows,
        _ clusters: [UInt32]
    ) throws(ServiceError) -> (LabeledRows, LabeledRows) {
        do throws(FoldError) {
            let plan = try FoldPlan(
                clusters: clusters,
                labels: rows.labels,
                count: Self.foldCount,
                seed: UInt64(trainer.parameters.seed)
            )
            let places = plan.rows(of: 0)
            return (rows.rows(places.train), rows.rows(places.held))
        } catch {
            throw problem.unmet("the search has no rows to measure its trials on: \(error)")
        }
    }
}
