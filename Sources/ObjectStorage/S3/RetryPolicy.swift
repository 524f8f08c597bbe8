// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The standard mode of the AWS SDKs: few attempts, exponential back-off with full jitter.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts of one request, the first included.
    package var attemptsMax = 3
    /// The longest wait before the second attempt; doubles with each further one.
    package var backoffBase: Duration = .seconds(1)
    /// The longest wait of all, also of those that a server asks for.
    package var backoffMax: Duration = .seconds(20)

    /// The longest wait between attempts while a store that is away is waited for.
    package var waitingBackoffMax: Duration = .seconds(5)

    /// The defaults of the SDKs.
    package init() {}

    /// The wait before another attempt.
    /// - Parameters:
    ///   - failures: attempts that have failed, at least 1.
    ///   - fraction: a random number in 0..<1.
    ///   - retryAfter: what the server asks for at least.
    package func backoff(failures: Int, fraction: Double, retryAfter: Duration?) -> Duration {
        let ceiling = min(backoffBase * (1 << min(max(failures - 1, 0), 16)), backoffMax)
        return max(ceiling * fraction, min(retryAfter ?? .zero, backoffMax))
    }
}

/// Retries that a client may spend before successes earn new ones, so that an outage does not
/// multiply its requests.
///
/// Source: "Retry behavior", AWS SDKs and Tools Reference Guide.
package final class RetryQuota: Sendable {
    private static let capacity = 500
    private static let refill = 1
    private let tokens = Mutex(capacity)

    /// A full quota.
    package init() {}

    /// Takes the price of a retry; false if there is not enough left.
    package func take(_ price: RetryPrice) -> Bool {
        tokens.withLock { left in
            guard left >= price.rawValue else { return false }
            left -= price.rawValue
            return true
        }
    }

    /// Returns the price of the retry that succeeded, or a little for a first success.
    package func give(_ price: RetryPrice?) {
        tokens.withLock { $0 = min(Self.capacity, $0 + (price?.rawValue ?? Self.refill)) }
    }
}

/// What a retry costs: more after the server has not answered at all.
package enum RetryPrice: Int, Sendable {
    /// The server answered that it is busy.
    case answered = 5
    /// The server did not answer.
    case timedOut = 10
}
