// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// The scores of a batch: one value for each row, in the order of the rows.
public struct BatchScores: Sendable, Equatable {
    /// Probabilities of default, in [0, 1].
    public let probabilities: [Float]
    /// 1 where the probability is above 0.5, else 0.
    public let labels: [UInt8]
    /// Log-odds; empty where they were not asked for.
    public let margins: [Float]

    init(_ response: PredictResponse) {
        probabilities = response.probabilities
        labels = response.labels
        margins = response.margins
    }
}
