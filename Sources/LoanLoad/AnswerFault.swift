// SPDX-License-Identifier: Apache-2.0

package import LoanRPC

/// What is wrong with an answer that says it succeeded, as far as can be seen without the model.
/// The raw value is the code under which a report counts it.
package enum AnswerFault: String, Sendable {
    /// It is not of the documented form.
    case unreadable = "UNREADABLE_ANSWER"
    /// It has more or fewer rows than were sent.
    case rowCount = "WRONG_ROW_COUNT"
    /// A probability is not in [0, 1].
    case probability = "WRONG_PROBABILITY"
    /// A label is not that of its probability.
    case label = "WRONG_LABEL"

    /// The first fault of an answer of RPC; nil where there is none.
    package init?(of response: PredictResponse, rowCount: Int) {
        guard response.rowCount == rowCount else {
            self = .rowCount
            return
        }
        for (row, probability) in response.probabilities.enumerated() {
            let label = response.labels[row]
            guard label <= 1 else {
                self = .label
                return
            }
            if let fault = Self(Double(probability), isDefault: label == 1) {
                self = fault
                return
            }
        }
        return nil
    }

    /// The fault of one row.
    init?(_ probability: Double, isDefault: Bool) {
        // NaN is in no range.
        if !(0...1).contains(probability) {
            self = .probability
        } else if isDefault != (probability > 0.5) {
            self = .label
        } else {
            return nil
        }
    }
}
