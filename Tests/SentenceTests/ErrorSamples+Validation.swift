// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import ModelValidation

/// What a model's validation asks of rows, and of a calibration.
extension ErrorSamples {
    static let validation: [ErrorSamples] = [
        ErrorSamples(
            "ScoredRowsError",
            // People count rows from 1.
            unsaid: ["70"],
            [
                "counts": ScoredRowsError.counts(scores: 12, labels: 11, weights: 13),
                "tooManyRows": .tooManyRows(count: 4_294_967_296, limit: 4_294_967_295),
                "score": .score(row: 70),
                "probability": .probability(row: 70, value: 1.5),
                "label": .label(row: 70, value: 2),
                "weight": .weight(row: 70, value: -1),
                "noRows": .noRows,
            ]
        ),
        ErrorSamples(
            "CalibrationFitError",
            [
                "oneClassOnly": CalibrationFitError.oneClassOnly,
                "oneMargin": .oneMargin,
                "separated": .separated(rows: 40),
                "ranksBackwards": .ranksBackwards,
                "unsettled": .unsettled(iterations: 100),
                "parameters": .parameters,
            ]
        ),
        ErrorSamples(
            "ModelComparisonError",
            // People count rows from 1.
            unsaid: ["70"],
            [
                "noLabel": ModelComparisonError.noLabel,
                "labels": .labels(row: 70),
                "rows": .rows(first: 12, second: 11),
                "table": .table(.empty),
                "figures": .figures(.noRows),
            ]
        ),
    ]
}
