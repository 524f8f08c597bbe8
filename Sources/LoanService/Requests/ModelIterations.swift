// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

/// Which iterations of a model count, in words: `best`, `all`, or `FIRST-END`, where the end does
/// not count.
package struct ModelIterations: Hashable, Sendable, CustomStringConvertible {
    /// Up to the best one where the model says which it is, else all.
    package static let best = ModelIterations(description: "best")

    /// What the words may be, as the end of a sentence.
    package static let grammar =
        "best, all, or FIRST-END such as 0-100, where END does not count"

    /// The words.
    package let description: String

    /// Nil for other words.
    package init?(_ text: String) {
        guard Iterations(text) != nil else { return nil }
        self.init(description: text)
    }

    private init(description: String) { self.description = description }

    /// Whether they are all iterations of a model that names no best one, as trainings here do.
    var isWhole: Bool { iterations == .best || iterations == .all }

    /// For the reader of models.
    var iterations: Iterations { Iterations(description) ?? .best }
}
