// SPDX-License-Identifier: Apache-2.0

/// A constant text, so that an error costs no allocation.
package struct StaticMessageText: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    package let text: String

    /// A text by its literal.
    package init(stringLiteral value: StaticString) {
        text = value.description
    }
}
