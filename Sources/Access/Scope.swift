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
}
