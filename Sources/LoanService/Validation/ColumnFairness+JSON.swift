// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import ModelValidation

extension ColumnFairness {
    /// The column with the measures of its groups, or why there are none.
    var json: JSONValue {
        switch outcome {
        case .notMeasured(let reason):
            .members(["column": .string(name), "not_measured": .string(reason)])
        case .measured(let report):
            .members([
                "column": .string(name), "grouping": .string(grouping ?? ""),
                "reference": .string(report.reference),
                "unknown_rows": .integer(report.unknown.rows),
                "groups": .array(report.groups.map(\.json)),
            ])
        }
    }
}

extension GroupFigures {
    fileprivate var json: JSONValue {
        .members([
            "name": .string(name), "rows": .integer(total.rows),
            "default_rate": .share(defaultRate), "predicted_rate": .figure(predictedRate),
            "approval_rate": .share(approvalRate),
            "air": .figure(adverseImpact?.ratio, adverseImpact?.interval()),
            "fisher_p": .figure(adverseImpact?.pValue), "mean_points": .figure(meanPoints),
            "smd": .figure(standardizedDifference),
            "tpr": .share(truePositiveRate), "fpr": .share(falsePositiveRate),
            "ppv": .share(positivePredictiveValue),
            "auc": .figure(area?.value, area?.interval()),
            "calibration": .array((reliability?.bins ?? []).map(\.json)),
        ])
    }
}
