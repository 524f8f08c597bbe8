// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
internal import LoanService
internal import LoanTraining

/// `POST /train`: trains a model on prepared data, as a job. The model is served by its name then.
struct TrainRoute: Sendable {
    let service: LoanService
    let jobs: JobStore

    func start(
        _ body: JSONValue,
        for caller: JobCaller
    ) throws(ServiceError) -> Job {
        var reader = try FieldReader(body)
        let request = TrainRequest(&reader)
        try reader.finish()
        try service.check(request)
        return try jobs.start(.train, for: caller) { [service] job throws(ServiceError) in
            let trained = try await service.trainAndServe(request) { progress in
                job.report(
                    .init(
                        share: Double(progress.round) / Double(max(1, progress.rounds)),
                        stage: "round \(progress.round) of \(progress.rounds)"
                    )
                )
                return !job.isCancelled
            }
            return .members([
                // The documented spelling.
                "msg": .string("Model trained succesfully"),
                "validation scores": trained.result.scores.json,
            ]).with(warnings: trained.result.warnings)
        }
    }
}

extension ModelScores {
    /// The scores of a probability as documented; of a number what scikit-learn calls them.
    fileprivate var json: JSONValue {
        switch self {
        case .classes(let scores): scores.json
        case .numbers(let scores):
            .members([
                "rmse": .real(scores.rmse), "mae": .real(scores.mae), "r2": .real(scores.r2),
                "support": .integer(scores.rowCount),
            ])
        }
    }
}

extension ClassificationScores {
    /// scikit-learn's `classification_report(output_dict=True)` plus `auc` and `brier`.
    package var json: JSONValue {
        .members([
            "Non-Default": nonDefault.json,
            "Default": `default`.json,
            "accuracy": .real(accuracy),
            "macro avg": macroAverage.json,
            "weighted avg": weightedAverage.json,
            "auc": .real(auc),
            "brier": brier.map { .real($0) } ?? .null,
        ])
    }
}

extension ClassificationScores.Line {
    fileprivate var json: JSONValue {
        .members([
            "precision": .real(precision),
            "recall": .real(recall),
            "f1-score": .real(f1),
            "support": .integer(support),
        ])
    }
}
