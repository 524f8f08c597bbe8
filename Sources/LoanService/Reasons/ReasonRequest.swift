// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What a caller asks of the reasons of a score.
package struct ReasonRequest: Sendable, Equatable {
    /// Which rows are explained.
    package enum When: String, Sendable, CaseIterable {
        /// All.
        case always
        /// Those whose prediction is the adverse one: a probability above one half.
        case adverse
    }

    /// Reasons where an object does not say how many: what US banks usually name.
    package static let countUsual = 4

    /// Reasons of a row at most; fewer where fewer features raise the risk.
    package let count: Int
    /// Which rows are explained.
    package let when: When
    /// Whether the contributions of all features are wanted, too.
    package let includesContributions: Bool
    /// The record whose margin contributions start from; nil: the mean over the training.
    package let baseline: JSONObject?

    /// A request for reasons.
    package init(
        count: Int,
        when: When = .always,
        includesContributions: Bool = false,
        baseline: JSONObject? = nil
    ) {
        self.baseline = baseline
        self.count = count
        self.when = when
        self.includesContributions = includesContributions
    }
}
