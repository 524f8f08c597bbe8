// SPDX-License-Identifier: Apache-2.0

package import JSON
package import ModelValidation

extension ValidationFigures {
    /// The figures that a model is first judged by, with their intervals.
    package var summary: JSONValue {
        .members([
            "auc": .figure(area?.value, area?.interval()),
            "gini": .figure(area?.gini, area?.giniInterval()),
            "ks": .figure(separation?.value),
            "brier": .figure(brier.mean.value, brier.mean.interval()),
            "log_loss": .figure(logLoss.mean.value, logLoss.mean.interval()),
            "ece": .figure(widthError.expected),
        ])
    }

    /// All figures of rows of which there are `total`.
    var json: JSONValue {
        .members([
            "rows": .integer(widthBins.total.rows),
            "weight": .figure(widthBins.total.weight),
            "effective_rows": .figure(widthBins.total.effectiveRows),
            "default_rate": .share(defaultRate),
            "auc": .figure(area?.value, area?.interval()),
            "gini": .figure(area?.gini, area?.giniInterval()),
            "ks": .members([
                "value": .figure(separation?.value), "score": .single(separation?.score),
            ]),
            "brier": brier.json,
            "log_loss": .figure(logLoss.mean.value, logLoss.mean.interval()),
            "ece": .members([
                "equal_width": widthError.json, "equal_mass": massError.json,
            ]),
            "calibration_curve": .members([
                "equal_width": .array(widthBins.bins.map(\.json)),
                "equal_mass": .array(massBins.bins.map(\.json)),
            ]),
            "gains": .array(gains.bands.map(\.json)),
            "confusion": .array(confusion.map(\.json)),
        ])
    }
}

extension BrierScore {
    fileprivate var json: JSONValue {
        let interval = mean.interval()
        return .members([
            "value": .figure(mean.value), "lower": .figure(interval?.lower),
            "upper": .figure(interval?.upper), "skill": .figure(skill),
            "reliability": .figure(reliability), "resolution": .figure(resolution),
            "uncertainty": .figure(uncertainty), "within_variance": .figure(withinVariance),
            "within_covariance": .figure(withinCovariance),
        ])
    }
}

extension CalibrationError {
    fileprivate var json: JSONValue {
        .members(["expected": .figure(expected), "maximum": .figure(maximum)])
    }
}

extension ReliabilityBin {
    /// What was predicted of the rows of the bin, and what happened.
    var json: JSONValue {
        .members([
            "lowest": .single(lowest), "highest": .single(highest), "rows": .integer(total.rows),
            "predicted": .figure(predicted), "observed": .share(observed),
        ])
    }
}

extension GainsTable.Band {
    fileprivate var json: JSONValue {
        .members([
            "lowest": .single(lowest), "highest": .single(highest), "rows": .integer(total.rows),
            "default_rate": .share(defaultRate), "lift": .figure(lift),
            "cumulative_lift": .figure(cumulativeLift), "gain": .figure(gain),
            "share": .figure(share),
        ])
    }
}

extension ConfusionMatrix {
    fileprivate var json: JSONValue {
        .members([
            "threshold": .single(threshold),
            "true_positives": .integer(truePositives.rows),
            "false_positives": .integer(falsePositives.rows),
            "true_negatives": .integer(trueNegatives.rows),
            "false_negatives": .integer(falseNegatives.rows),
            "tpr": .share(truePositiveRate), "fpr": .share(falsePositiveRate),
            "ppv": .share(positivePredictiveValue), "npv": .share(negativePredictiveValue),
            "accuracy": .share(accuracy), "f1": .figure(f1),
        ])
    }
}
