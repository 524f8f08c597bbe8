// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The logistic function and its logarithms, without overflow or cancellation.
enum Logistic {
    /// 1 / (1 + exp(-margin)).
    static func probability(ofMargin margin: Double) -> Double {
        guard margin < 0 else { return 1 / (1 + exp(-margin)) }
        let odds = exp(margin)
        return odds / (1 + odds)
    }

    /// log(1 + exp(margin)): the negative logarithm of the probability of no default.
    static func softplus(_ margin: Double) -> Double {
        max(margin, 0) + log1p(exp(-abs(margin)))
    }
}
