// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// `POST /train`: trains a model on prepared data.
struct TrainRoute {
    let service: LoanService

    func respond(_ body: JSONValue) async throws(ServiceError) -> JSONValue {
        var reader = try FieldReader(body)
        let request = TrainRequest(&reader)
        try reader.finish()
        let trained = try await service.train(request)
        return .members([
            // The documented spelling.
            "msg": .string("Model trained succesfully"),
            "validation scores": trained.scores.json,
        ])
    }
}

extension ClassificationScores {
    /// scikit-learn's `classification_report(output_dict=True)` plus `auc`.
    package var json: JSONValue {
        .members([
            "Non-Default": nonDefault.json,
            "Default": `default`.json,
            "accuracy": .real(accuracy),
            "macro avg": macroAverage.json,
            "weighted avg": weightedAverage.json,
            "auc": .real(auc),
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
