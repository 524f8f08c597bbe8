// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The training objective, as far as it matters for prediction: the link.
public enum Objective: String, Sendable, CaseIterable {
    /// Log-loss; the model answers probabilities.
    case binaryLogistic = "binary:logistic"
    /// Log-loss; the model answers log-odds.
    case binaryLogitRaw = "binary:logitraw"
    /// Squared error; margin and prediction are the same.
    case squaredError = "reg:squarederror"
    /// Logistic regression on labels within [0, 1].
    case regressionLogistic = "reg:logistic"

    /// Whether a prediction is the logistic function of the margin.
    public var isLogistic: Bool {
        self == .binaryLogistic || self == .regressionLogistic
    }

    /// Whether the base score is a probability rather than a margin. For `binary:logitraw` it is a
    /// margin, as XGBoost 1.3 and newer have it.
    var hasProbabilityBase: Bool { isLogistic }

    /// The margin of `baseScore`, as XGBoost 1.3 and newer have it.
    ///
    /// In C float arithmetic, as XGBoost has it: one ulp here changes most rows.
    func baseMargin(_ baseScore: Float) -> Float {
        hasProbabilityBase ? Self.logit(baseScore) : baseScore
    }

    /// The margin of a probability.
    static func logit(_ probability: Float) -> Float { cfk_logit(probability) }
}
