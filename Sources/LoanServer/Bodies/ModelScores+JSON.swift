// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel

extension ModelScores {
    /// The scores of a probability as documented; of a number what scikit-learn calls them.
    package var json: JSONValue {
        switch self {
        case .classes(let scores): scores.json
        case .numbers(let scores):
            .members([
                "rmse": .real(scores.rmse), "mae": .real(scores.mae),
                "r2": scores.r2.isFinite ? .real(scores.r2) : .null,
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
