// SPDX-License-Identifier: Apache-2.0

/// What a training learns, apart from what shapes the model.
package enum TrainingTask: Equatable, Sendable {
    /// The probability of label 1, of labels 0 and 1.
    case probability
    /// A number, by least squares; the mean of the labels is the prediction before any tree.
    case number
}
