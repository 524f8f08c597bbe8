// SPDX-License-Identifier: Apache-2.0

package import JSON
package import ModelValidation

/// What was worked out of a classifier after its training, on the rows that it is measured on.
package struct ValidationReport: Sendable {
    /// The figures of the model's own probabilities.
    package let raw: ValidationFigures
    /// Those of the calibrated ones; nil where the model is not calibrated.
    package let calibrated: ValidationFigures?
    /// The directions that were asked for, by feature.
    package let directions: [DirectionReport]
    /// The protected columns.
    package let fairness: [ColumnFairness]
    /// The check of applicants of 62 and older; nil where it was not asked for.
    package let elderly: ElderlyReport?

    /// The figures with their intervals; of a calibrated model also those of its calibrated
    /// probabilities.
    package var summary: JSONValue {
        var members: [(name: String, value: JSONValue)] = [("raw", raw.summary)]
        if let calibrated { members.append(("calibrated", calibrated.summary)) }
        return .object(JSONObject(members))
    }

    /// What a caller should know of these, each as a sentence.
    package var warnings: [String] {
        directions.compactMap { report in
            guard case .refuted = report.verdict else { return nil }
            return "The risk does not go the way that was asked for along "
                + "\(report.feature.excerpt): the card of the model has two applications that "
                + "show it."
        }
            + fairness.compactMap { column in
                guard case .notMeasured(let reason) = column.outcome else { return nil }
                return "The groups of \(column.name.excerpt) are not compared: \(reason)."
            }
    }
}
