// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// The scores of a batch, in the order of its rows.
public struct BatchScores: Sendable, Equatable {
    /// Probabilities of default, in [0, 1]; empty for a model whose prediction is none.
    public let probabilities: [Float]
    /// 1 where the probability is above 0.5, else 0; likewise.
    public let labels: [UInt8]
    /// Scores before the link, such as log-odds, row after row; empty where not asked for.
    public let margins: [Float]
    /// What a model of classes or values predicts, row after row; else empty.
    public let values: [Float]
    /// How many of `values` each row has; 0 where there are none.
    public let valuesPerRow: Int
    /// What the policy of the model makes of each row; empty where not asked for.
    public let decisions: [RowDecision]
    /// Calibrated probabilities of default, in [0, 1]; empty where not asked for.
    public let calibrated: [Double]

    init(_ response: PredictResponse) {
        probabilities = response.probabilities
        labels = response.labels
        margins = response.margins
        values = response.values
        valuesPerRow = response.valuesPerRow
        calibrated = response.calibrated
        decisions = response.decisions.map(RowDecision.all) ?? []
    }
}
