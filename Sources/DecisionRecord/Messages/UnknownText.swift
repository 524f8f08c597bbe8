// SPDX-License-Identifier: Apache-2.0

/// The text of a category that the model does not know, as it was sent.
package struct UnknownText: Sendable, Equatable {
    /// The index of the feature in the context.
    package var feature: Int
    /// The index of the row among those that are given with it.
    package var row: Int
    /// The text.
    package var text: String

    /// Gathers the values.
    package init(feature: Int, row: Int, text: String) {
        self.feature = feature
        self.row = row
        self.text = text
    }
}
