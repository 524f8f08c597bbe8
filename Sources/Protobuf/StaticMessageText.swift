// SPDX-License-Identifier: Apache-2.0

/// A constant text, so that an error costs no allocation.
public struct StaticMessageText: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    public let text: String

    /// A text by its literal.
    public init(stringLiteral value: StaticString) {
        text = value.description
    }
}
