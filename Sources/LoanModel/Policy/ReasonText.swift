// SPDX-License-Identifier: Apache-2.0

/// What a bank calls a reason: a feature that raises the risk, by what its value is.
package struct ReasonText: Sendable, Equatable {
    /// What the value of a feature is, where it raises the risk.
    package enum Occasion: String, Sendable, CaseIterable {
        /// A value that is there, whatever it is.
        case any
        /// A number above the median of the training.
        case high
        /// A number below it.
        case low
        /// A number that equals it.
        case usual
        case missing
        /// A category that the model does not know.
        case unknown

        /// Whether `any` speaks for it, too.
        var isOfValues: Bool { self != .missing && self != .unknown }
    }

    /// What stands for the value in a text.
    package static let placeholder = "{value}"

    /// The raw feature.
    package let feature: String
    /// What its value is.
    package let occasion: Occasion
    /// The same for programs.
    package let code: String
    /// A sentence for people, in which `placeholder` stands for the value.
    package let text: String

    /// Gathers the parts.
    package init(_ feature: String, _ occasion: Occasion, code: String, text: String) {
        self.feature = feature
        self.occasion = occasion
        self.code = code
        self.text = text
    }
}
