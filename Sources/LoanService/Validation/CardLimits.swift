// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

/// What limits the use of a model, as sentences that follow from what is known of it.
struct CardLimits {
    let report: ValidationReport
    let policy: Policy
    /// Whether training saw no copy of the rows that the model is measured on.
    let areUnseen: Bool
    /// Whether these rows are later than those it was trained on.
    let areLater: Bool
    /// How much more a default counts in training than another row.
    let positiveWeight: Double

    /// Defaults of the test below which intervals are wide.
    private static let defaultsMin = 100

    var sentences: [String] { ofData + ofDecisions + ofGroups + ofDirections + Self.ofAll }

    private var ofData: [String] {
        var sentences: [String] = []
        if !areUnseen {
            sentences.append(
                "Copies of rows that the model was trained on may be among those that it is "
                    + "measured on: the figures may be too good."
            )
        }
        if !areLater {
            sentences.append(
                "The rows to test with are drawn from the same time as those to train on: the "
                    + "figures say nothing of how the model does on later applications."
            )
        }
        let defaults =
            report.raw.confusion.first.map { $0.truePositives.rows + $0.falseNegatives.rows } ?? 0
        if defaults < Self.defaultsMin {
            sentences.append(
                "The rows to test with have fewer than \(Self.defaultsMin) defaults: the intervals "
                    + "are wide, and groups cannot be told apart."
            )
        }
        if positiveWeight != 1 {
            sentences.append(
                "Defaults counted \(positiveWeight) times as much as other rows in training "
                    + "(scale_pos_weight), so that the model's own probabilities are no shares of "
                    + "applicants."
            )
        }
        return sentences
    }

    private var ofDecisions: [String] {
        guard !policy.rules.isEmpty else { return [] }
        return [
            "The policy has \(policy.rules.count) rules that look at records. The approvals of "
                + "this card are by its cut-offs alone."
        ]
    }

    private var ofGroups: [String] {
        if report.fairness.isEmpty {
            return [
                "How groups of applicants are treated is not measured: the data has no protected "
                    + "columns."
            ]
        }
        return [
            "Differences between groups are measured, not explained: that a measure is small does "
                + "not prove that the model is fair or lawful."
        ]
    }

    private var ofDirections: [String] {
        guard !report.directions.isEmpty else { return [] }
        return [
            "Directions are examined for values that are there: what the model makes of a missing "
                + "value is not compared."
        ]
    }

    private static let ofAll = [
        "Values outside the ranges of the data were not seen in training, and what the model makes "
            + "of them is not measured.",
        "This card says what was measured. It does not say that the model is fit for a purpose, or "
            + "that its use complies with any rule.",
    ]
}
