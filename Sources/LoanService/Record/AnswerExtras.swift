// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// What rows are answered in addition to predictions, where somebody asks for it.
package struct AnswerExtras: Sendable {
    /// What the policy of the model makes of the rows.
    package var decisions: Decisions?
    /// Their calibrated probabilities.
    package var calibrated: CalibratedScores?
    /// Why each row has its score; nil for a row that is not explained.
    package var explanations: [Explanation?]?
    /// The one row whose margin the explanations start from; nil: the mean over the training.
    package var baseline: ScoringRows?
    /// Texts of categories that the model does not know, where the transport has them.
    package var unknownTexts: [UnknownCategory] = []

    /// Nothing.
    package init() {}

    /// Whether there is nothing.
    package var isEmpty: Bool {
        decisions == nil && calibrated == nil && explanations == nil && unknownTexts.isEmpty
    }
}

/// A category that is given and that the model does not know.
package struct UnknownCategory: Sendable, Equatable {
    /// The place of its feature in the schema.
    package let feature: Int
    /// The row among those of the call.
    package let row: Int
    /// As it was sent.
    package let text: String

    /// Gathers the parts.
    package init(feature: Int, row: Int, text: String) {
        self.feature = feature
        self.row = row
        self.text = text
    }
}
