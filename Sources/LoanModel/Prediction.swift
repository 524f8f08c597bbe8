// SPDX-License-Identifier: Apache-2.0

package import ForestInference

/// What the predictions of a model are, in every row alike.
package enum Prediction: Sendable, Equatable {
    /// One probability; above one half the label is the positive one.
    case probability
    /// The probabilities of this many classes, in the order of their indices.
    case classProbabilities(Int)
    /// The index of one of this many classes, as a number.
    case classIndex(Int)
    /// A number that is none of these, or one for each target.
    case value

    /// Whether a row has a margin for each class, of which one is predicted.
    package var hasClasses: Bool {
        switch self {
        case .classProbabilities, .classIndex: true
        case .probability, .value: false
        }
    }

    /// What a forest predicts, by its objective and the values that it writes for a row.
    package init(_ forest: Forest) {
        let valueCount = forest.valueCount(of: .probability)
        self =
            switch forest.link {
            case .softmax: .classProbabilities(valueCount)
            case .argmax: .classIndex(forest.outputCount)
            case .logistic where valueCount == 1: .probability
            case .logistic, .identity, .exponential, .step, .rising, .sorted: .value
            }
    }
}
