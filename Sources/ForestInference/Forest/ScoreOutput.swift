// SPDX-License-Identifier: Apache-2.0

/// What scoring writes for a row.
public enum ScoreOutput: Sendable {
    /// The sum of base margin and leaves: log-odds for logistic objectives.
    case margin
    /// The objective's prediction: a probability for logistic objectives, else the margin.
    case probability
}
