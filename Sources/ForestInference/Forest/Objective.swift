// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The training objective, as far as it matters for prediction: the link, and what a base score is.
public enum Objective: String, Sendable, CaseIterable {
    /// Log-loss; the model answers probabilities.
    case binaryLogistic = "binary:logistic"
    /// Log-loss; the model answers log-odds.
    case binaryLogitRaw = "binary:logitraw"
    /// Hinge loss; the model answers 0 or 1.
    case binaryHinge = "binary:hinge"
    /// Several classes; the model answers the index of the likeliest one.
    case softMaximum = "multi:softmax"
    /// Several classes; the model answers a probability for each.
    case softProbabilities = "multi:softprob"
    /// Squared error; margin and prediction are the same.
    case squaredError = "reg:squarederror"
    /// Squared error by its old name.
    case linear = "reg:linear"
    /// Squared error of logarithms; margin and prediction are the same.
    case squaredLogError = "reg:squaredlogerror"
    /// Logistic regression on labels within [0, 1].
    case regressionLogistic = "reg:logistic"
    /// A smooth absolute error; margin and prediction are the same.
    case pseudoHuberError = "reg:pseudohubererror"
    /// Absolute error; margin and prediction are the same.
    case absoluteError = "reg:absoluteerror"
    /// Quantiles, one output for each; margin and prediction are the same.
    case quantileError = "reg:quantileerror"
    /// Expectiles, one output for each, of which none falls below the one before it.
    case expectileError = "reg:expectileerror"
    /// Gamma regression; the margin is a logarithm.
    case gamma = "reg:gamma"
    /// Tweedie regression; the margin is a logarithm.
    case tweedie = "reg:tweedie"
    /// Poisson regression; the margin is a logarithm.
    case poisson = "count:poisson"
    /// Ranking by pairs; margin and prediction are the same.
    case rankPairwise = "rank:pairwise"
    /// Ranking by discounted cumulative gain; margin and prediction are the same.
    case rankGain = "rank:ndcg"
    /// Ranking by average precision; margin and prediction are the same.
    case rankPrecision = "rank:map"
    /// Cox regression; the model answers hazard ratios.
    case cox = "survival:cox"
    /// Accelerated failure time; the margin is a logarithm.
    case acceleratedFailureTime = "survival:aft"

    /// What turns margins into predictions.
    public enum Link: Sendable, Equatable {
        /// Nothing: the margin is the prediction.
        case identity
        /// The logistic function.
        case logistic
        /// e to the power of the margin.
        case exponential
        /// 1 above 0, else 0.
        case step
        /// The exponentials of a row's margins, as shares of their sum.
        case softmax
        /// The index of the first of a row's largest margins.
        case argmax
        /// Of a row's margins the first, and the softplus of each other on top of the one before.
        case rising
        /// The margins of a row in rising order.
        case sorted
    }

    /// What turns margins into predictions.
    public var link: Link {
        switch self {
        case .binaryLogistic, .regressionLogistic: .logistic
        case .gamma, .tweedie, .poisson, .cox, .acceleratedFailureTime: .exponential
        case .binaryHinge: .step
        case .softProbabilities: .softmax
        case .softMaximum: .argmax
        case .expectileError: .rising
        case .binaryLogitRaw, .squaredError, .linear, .squaredLogError, .pseudoHuberError,
            .absoluteError, .quantileError, .rankPairwise, .rankGain, .rankPrecision:
            .identity
        }
    }

    /// Whether a prediction is the logistic function of the margin.
    public var isLogistic: Bool { link == .logistic }

    /// Whether `score` can be a base score: a prediction of which there is a margin.
    func takesBase(_ score: Float) -> Bool {
        switch link {
        case .logistic: score >= 0 && score <= 1
        case .exponential: score >= 0
        case .identity, .step, .softmax, .argmax, .rising, .sorted: true
        }
    }

    /// The margins of a row's base scores, as XGBoost 1.3 and newer have them.
    ///
    /// In C float arithmetic, as XGBoost has it: one ulp here changes most rows.
    func baseMargins(_ scores: [Float]) -> [Float] {
        switch link {
        case .logistic: scores.map(Self.logit)
        case .exponential: scores.map { cfk_log($0) }
        case .rising:
            scores.prefix(1)
                + zip(scores, scores.dropFirst()).map { cfk_rising_margin($1 - $0) }
        case .identity, .step, .softmax, .argmax, .sorted: scores
        }
    }

    /// The nearest probability that has a margin, as XGBoost 3.2 and newer have it: models of which
    /// all labels are 0, or all 1, have that for their base score.
    static func clipped(_ probability: Float) -> Float {
        min(max(probability, smallestChance), 1 - smallestChance)
    }

    /// XGBoost's kRtEps.
    private static let smallestChance: Float = 1e-6

    /// The margin of a probability.
    static func logit(_ probability: Float) -> Float { cfk_logit(probability) }
}
