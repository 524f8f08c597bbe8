// SPDX-License-Identifier: Apache-2.0

/// What a token allows.
package struct Scope: OptionSet, Sendable, Hashable {
    /// One bit for each thing that is allowed.
    package let rawValue: UInt8

    /// What these bits allow.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Predictions.
    package static let predict = Scope(rawValue: 1)
    /// Preparing data, training, loading models.
    package static let write = Scope(rawValue: 2)
    /// Reading the record of decisions, and what is made of it.
    package static let audit = Scope(rawValue: 4)

    /// The scopes by the names that files of tokens and refusals have for them.
    package static let named: [(name: String, scope: Scope)] = [
        ("predict", .predict), ("write", .write), ("audit", .audit),
    ]

    /// The names of these scopes, with commas.
    package var names: String {
        Self.named.filter { contains($0.scope) }.map(\.name).joined(separator: ",")
    }
}
