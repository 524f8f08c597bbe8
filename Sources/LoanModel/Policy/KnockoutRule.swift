// SPDX-License-Identifier: Apache-2.0

/// Decides by one value of a record, whatever the model says of it.
package struct KnockoutRule: Sendable, Equatable {
    /// How a value is compared.
    package enum Comparison: String, Sendable, CaseIterable {
        case below
        case atMost = "at most"
        case above
        case atLeast = "at least"
        case equal
        case oneOf = "one of"
        case missing
        /// A category that the model does not know.
        case unknown

        /// Whether it needs no value.
        package var isOfPresence: Bool { self == .missing || self == .unknown }

        /// Those that a column of a kind may have.
        package static func all(of kind: Feature.Kind) -> [Comparison] {
            switch kind {
            case .number, .date: [.below, .atMost, .above, .atLeast, .equal, .missing]
            case .boolean: [.equal, .missing]
            case .category: [.oneOf, .missing, .unknown]
            }
        }
    }

    /// A value as a policy has it.
    package enum Value: Sendable, Equatable {
        case number(Double)
        case flag(Bool)
        /// A category, a date, or a number as a text.
        case text(String)

        /// As the cell of a table.
        package var cell: String {
            switch self {
            case .number(let value):
                // A category may be called by a whole number.
                Int64(exactly: value).map { "\($0)" } ?? "\(value)"
            case .flag(let value): value ? "true" : "false"
            case .text(let text): text
            }
        }
    }

    /// What the reason is called.
    package let code: String
    /// The reason, as an applicant reads it.
    package let text: String
    /// The raw feature that is looked at.
    package let feature: String
    /// How it is looked at.
    package let comparison: Comparison
    /// None for `missing` and `unknown`, several for `oneOf`, else one.
    package let values: [Value]
    /// What is decided where it holds: the worst of all rules and of the cut-offs counts.
    package let decision: Decision

    /// Gathers the parts.
    package init(
        code: String,
        text: String,
        feature: String,
        _ comparison: Comparison,
        _ values: [Value] = [],
        decision: Decision = .decline
    ) {
        self.code = code
        self.text = text
        self.feature = feature
        self.comparison = comparison
        self.values = values
        self.decision = decision
    }
}
