// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

/// Which iterations of a model count, in words: `best`, `all`, or `FIRST-END`, where the end does
/// not count.
package struct ModelIterations: Hashable, Sendable, CustomStringConvertible {
    /// Up to the best one where the model says which it is, else all.
    package static let best = ModelIterations(description: "best")

    /// The words.
    package let description: String

    /// Nil for other words.
    package init?(_ text: String) {
        guard Iterations(text) != nil else { return nil }
        self.init(description: text)
    }

    private init(description: String) { self.description = description }

    /// For the reader of models.
    var iterations: Iterations { Iterations(description) ?? .best }
}
