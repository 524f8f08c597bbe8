// SPDX-License-Identifier: Apache-2.0

/// What scoring writes for a row.
public enum ScoreOutput: Sendable {
    /// The sum of base margin and leaves, for each output: log-odds for logistic objectives.
    case margin
    /// The objective's prediction: probabilities for logistic objectives and `multi:softprob`, the
    /// index of a class for `multi:softmax`, else a value for each output.
    case probability
}
