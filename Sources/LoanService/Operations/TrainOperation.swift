// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Foundation
internal import LoanArtifact
package import LoanModel
internal import LoanTraining
internal import Logging
internal import Machine
internal import ObjectStorage

/// What a training made.
package struct TrainOutcome: Sendable {
    /// How the model did on the held-out rows.
    package let scores: ModelScores
    /// What the report calls labels of 0 and of 1.
    package let classNames: (negative: String, positive: String)
    /// Rows that it was trained on.
    package let trainRows: Int
    /// How its rounds went, and what else was fitted to choose it.
    package let fitting: FittingReport
    /// Time from the request to the stored model.
    package let duration: Duration
    /// The generation that is stored and current.
    package let version: String
    /// The policy that is stored with it; nil where the standard one counts.
    package let policy: TrainedPolicy?
    /// How it is calibrated; nil where it is not.
    package let calibration: FittedCalibration?
    /// What its card says of it; nil where it predicts a number.
    package let validation: ValidationReport?
    /// What is not as it should be although the model is stored, each as a sentence.
    package internal(set) var warnings: [String]
}

/// Trains a model: reads the prepared matrices, boosts, scores the held-out applications, as the
/// table had them, with the model as it will be served, and stores it in the inference format and
/// in XGBoost's own. Blocking.
struct TrainOperation {
    let resolver: StorageResolver
    let threadCount: Int
    let memory: MemoryBudget
    let logger: Logger
    let request: TrainRequest

    /// Refuses what can be seen to be wrong before anything is read.
    static func check(_ request: TrainRequest) throws(ServiceError) {
        try ModelName.validate(request.modelName)
        do { try request.parameters.validate() } catch { throw ServiceError(error) }
    }

    /// Runs a request that `check` has accepted.
    /// - Parameter progress: called after each round; false cancels.
    func run(
        progress: @Sendable (TrainingProgress) -> Bool
    ) throws(ServiceError) -> TrainOutcome {
        let start = ContinuousClock.now
        let target = try resolver.resolve(request.model, as: .model)
        let writer = try target.begin(.model(request.modelName))
        let version = writer.generation.name
        let data = try PreparedData(
            folder: try resolver.resolve(request.data, as: .data),
            excluding: request.excluded
        )
        let preprocessor = try data.preprocessor()
        let boosting = try BoostingStep(
            request,
            data,
            preprocessor,
            threadCount: threadCount
        )
        let policy = try TrainedPolicy.of(request, target, preprocessor)
        let calibrating = try CalibrationStep(request, data, preprocessor)
        let judging = try ModelValidationStep(request, data, preprocessor, policy?.policy)
        let need = try data.trainingMemory(
            preprocessor,
            request,
            threadCount: threadCount
        )
        var reservation = MemoryReservation(of: memory, logger: logger)
        try reserve(need, &reservation)
        let rows = try data.trainingRows(of: preprocessor)
        let (trained, fitting) = try boosting.fit(rows, progress)
        let forest = try compile(trained.xgboost)
        let test = try data.measuredRows(of: preprocessor)
        let calibration = try calibrating?.fitted(forest, measuredOn: test.rows)
        let scores = score(forest, test, preprocessor)
        let report = try judging?.run(forest, on: test.rows, calibration?.calibration)
        let artifact = ModelArtifact(
            producer: Product.name,
            trainedAt: Int64(Date().timeIntervalSince1970),
            preprocessorFingerprint: PreprocessorArtifact.fingerprint(of: preprocessor),
            featureNames: preprocessor.columnNames,
            parameters: fitting.parameters.named.map { .init(name: $0.name, value: $0.value) },
            scores: scores.scores,
            evaluation: scores.evaluation,
            calibration: calibration,
            scoreProfile: scores.profile,
            importances: trained.importances,
            sections: forest.forest.artifactSections,
            fitting: fitting.document
        )
        let stored = artifact.encoded()
        let fitted = PreprocessorArtifact.encode(preprocessor, producer: Product.name)
        var objects = [
            (name: request.modelName, source: ObjectSource(stored)),
            (ArtifactNames.exported(request.modelName), ObjectSource(trained.xgboost)),
            (ArtifactNames.fitted(request.modelName), ObjectSource(fitted)),
        ]
        if let policy {
            let text = PolicyDocument.text(policy.policy)
            objects.append((ArtifactNames.policy(request.modelName), ObjectSource(text)))
        }
        if let report, let judging {
            let card = judging.card(
                CardWriting.Stored(request.modelName, version, stored, artifact),
                forest.forest,
                trainRows: rows.labels.count,
                test,
                calibration,
                report
            )
            objects.append((ArtifactNames.card(request.modelName), ObjectSource(card.text)))
        }
        let warnings = try target.finish(
            writer,
            artifact: request.modelName,
            objects,
            generationsKept: ModelVersions.generationsKept
        )
        reservation.giveBack()
        return TrainOutcome(
            scores: scores.scores,
            classNames: preprocessor.schema.classNames,
            trainRows: rows.labels.count,
            fitting: fitting,
            duration: .now - start,
            version: version,
            policy: policy,
            calibration: calibration,
            validation: report,
            warnings: [scores.scores.warning].compactMap(\.self) + (report?.warnings ?? [])
                + boosting.warnings + data.warnings + warnings
        )
    }

    /// Reserves the memory, or says what the training would take.
    private func reserve(
        _ need: TrainingMemory,
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) {
        try reservation.raise(
            to: need.bytes,
            for: MemoryReservation.Work(
                name: "a training",
                sentence: "training on \(need.rows) rows x \(need.columns) columns",
                remedy: "use less data, trees that are not as deep",
                input: request.data.input(.data),
                metadata: [LogKey.modelName: "\(request.modelName)"]
            )
        )
        logger.info(
            "memory reserved for a training",
            metadata: [
                LogKey.modelName: "\(request.modelName)", LogKey.rows: "\(need.rows)",
                LogKey.bytes: "\(need.bytes)",
            ]
        )
    }

    private func compile(_ xgboost: [UInt8]) throws(ServiceError) -> CompiledForest {
        do throws(ForestError) {
            return try CompiledForest(try Forest(xgboost: xgboost))
        } catch {
            throw ServiceError(trained: error)
        }
    }

    private func score(
        _ forest: CompiledForest,
        _ test: (rows: PreparedRows, areUnseen: Bool),
        _ preprocessor: Preprocessor
    ) -> (scores: ModelScores, evaluation: ModelEvaluation?, profile: ColumnProfile?) {
        let (rows, areUnseen) = test
        let labels = rows.labels
        let probabilities = rows.scores(by: forest)
        let hasOne = probabilities.count == labels.count
        let profile = hasOne ? ColumnProfile(fitting: probabilities) : nil
        guard preprocessor.schema.labelValues.areClasses else {
            let scores = RegressionScores(
                labels: labels.span,
                predictions: probabilities.span,
                weights: rows.weights,
                areOfUnseenRows: areUnseen
            )
            return (.numbers(scores), nil, profile)
        }
        let scores = ClassificationScores(
            labels: labels.span,
            probabilities: probabilities.span,
            weights: rows.weights,
            areOfUnseenRows: areUnseen
        )
        return (
            .classes(scores),
            ModelEvaluation(
                labels: labels.span,
                probabilities: probabilities.span,
                weights: rows.weights
            ),
            profile
        )
    }
}
