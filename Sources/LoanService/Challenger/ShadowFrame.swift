// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// What a challenger made of the rows of one call, for the decision record.
package struct ShadowFrame: Sendable {
    /// What has answered.
    package let champion: ServedModel
    /// What has scored the same rows.
    package let challenger: ServedModel
    /// The id of the call.
    package let id: CallID
    /// When it was answered, in milliseconds since 1970.
    package let milliseconds: Int64
    /// The first of the rows among all rows of the call.
    package let firstRow: Int
    /// Of the challenger, row after row, and so all that follow.
    package let margins: [Float]
    /// Probabilities.
    package let values: [Float]
    /// By its policy.
    package let points: [Int32]
    /// Indices of bands.
    package let bands: [UInt8]
    /// What is decided.
    package let decisions: [Decision]
}

extension ShadowScores {
    /// The rows of each call.
    func frames(_ champion: ServedModel, _ challenger: ServedModel) -> [ShadowFrame] {
        var first = 0
        return columns.calls.map { call in
            let rows = first..<first + call.rowCount
            first = rows.upperBound
            return ShadowFrame(
                champion: champion,
                challenger: challenger,
                id: call.id,
                milliseconds: call.milliseconds,
                firstRow: call.firstRow,
                margins: Array(margins[rows]),
                values: Array(probabilities[rows]),
                points: decided[rows].map { Int32(clamping: $0.points) },
                bands: decided[rows].map { UInt8(clamping: $0.band) },
                decisions: decided[rows].map(\.decision)
            )
        }
    }
}
