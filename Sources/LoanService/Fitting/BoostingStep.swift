// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanTraining
internal import ModelValidation

/// The part of a training that boosts: from rows to the model as XGBoost has it. A search for
/// parameters is first, then a cross-validation with what it found, then the model that is stored.
struct BoostingStep {
    private let request: TrainRequest
    private let data: PreparedData
    private let preprocessor: Preprocessor
    private let trainer: Trainer
    private let spans: FittingSpans

    /// - Parameters:
    ///   - data: has the rows to stop early with, where these are asked for.
    ///   - preprocessor: of the features that the model is trained on.
    /// - Throws: for parameters that name features which are not there or not fit for them, and
    ///   for data without the rows that the request needs.
    init(
        _ request: TrainRequest,
        _ data: PreparedData,
        _ preprocessor: Preprocessor,
        threadCount: Int
    ) throws(ServiceError) {
        self.request = request
        self.data = data
        self.preprocessor = preprocessor
        spans = FittingSpans(request)
        do throws(TrainingParameterError) {
            trainer = Trainer(
                parameters: request.parameters,
                task: preprocessor.schema.labelValues.areClasses ? .probability : .number,
                categoryColumns: preprocessor.categoryColumns,
                constraints: try ColumnConstraints(request.parameters, preprocessor),
                threadCount: threadCount
            )
            try request.search?.space.check(for: preprocessor)
        } catch {
            throw ServiceError(error)
        }
        try requireRows()
    }

    /// Sentences on parameters with which probabilities are not those of the rows.
    var warnings: [String] { request.parameters.warnings(for: trainer.task) }

    /// Trains the model.
    /// - Parameter rows: to train on.
    func fit(
        _ rows: PreparedRows,
        _ progress: @Sendable (TrainingProgress) -> Bool
    ) throws(ServiceError) -> (TrainedModel, FittingReport) {
        let all = LabeledRows(rows)
        let stopping = try stoppingRows()
        let clusters = request.dividesRows ? try data.clusters(of: rows) : []
        var trainer = trainer
        var search: SearchReport?
        if let plan = request.search {
            let found = try SearchStep(trainer, plan, preprocessor.columnNames, problem)
                .run(all, clusters, stopping, spans, progress)
            trainer = trainer.with(chosen(found))
            search = found
        }
        var folds: FoldReport?
        if let count = request.folds {
            folds = try CrossValidation(trainer, count, preprocessor.columnNames, problem)
                .run(all, clusters, stopping, spans, progress)
        }
        let trained = try problem.naming { () throws(TrainingError) in
            try trainer.train(
                columns: all.columns.span,
                labels: all.labels.span,
                weights: all.weights,
                featureNames: preprocessor.columnNames,
                watched: trainer.parameters.earlyStoppingRounds > 0 ? stopping : nil
            ) { progress($0.during(.model, spans.model)) }
        }
        let report = FittingReport(
            parameters: trainer.parameters,
            record: trained.record,
            excluded: request.excluded,
            folds: folds,
            search: search
        )
        return (trained, report)
    }

    /// What the model is trained with after a search: the rounds of the best trial, unless it stops
    /// by itself.
    private func chosen(_ search: SearchReport) -> TrainingParameters {
        var parameters = search.parameters
        if parameters.earlyStoppingRounds > 0 { parameters.rounds = request.parameters.rounds }
        return parameters
    }

    private var problem: FittingProblem { FittingProblem(data: request.data.input(.data)) }

    /// The rows to stop early with; nil where the data has none.
    private func stoppingRows() throws(ServiceError) -> LabeledRows? {
        guard request.watchesRows else { return nil }
        return try data.rows(of: .stopping, preprocessor).map { LabeledRows($0) }
    }

    /// Refuses data without the rows that are asked for, before any is read.
    private func requireRows() throws(ServiceError) {
        let stops = request.parameters.earlyStoppingRounds > 0
        guard !stops || data.has(.stopping) else {
            throw problem.unmet(
                "the data has no rows to stop early with; prepare it with a stopping share, or "
                    + "leave early_stopping_rounds out"
            )
        }
        let divides = request.folds != nil || request.search != nil && !data.has(.stopping)
        guard divides, try data.mayBeExpanded() else { return }
        throw problem.unmet(
            "the rows to train on are repeated with noise, so that folds would hold copies of each "
                + "other's rows; prepare the table as it is, with a test share and with the number "
                + "of its rows as size"
        )
    }
}

extension LabeledRows {
    fileprivate init(_ rows: PreparedRows) {
        self.init(columns: rows.matrix.values, labels: rows.labels, weights: rows.weights)
    }
}

extension Preprocessor {
    /// The prepared columns that XGBoost splits on as sets of categories.
    fileprivate var categoryColumns: Set<Int> {
        var columns: Set<Int> = []
        for step in steps {
            if case .codes(let codes) = step.fitted, codes.isNative {
                columns.formUnion(step.columns)
            }
        }
        return columns
    }
}
