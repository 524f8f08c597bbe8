// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct RetryPolicyTests {
    @Test("S01: waits grow exponentially with full jitter up to the limit")
    func backsOffExponentiallyWithFullJitterUpToTheLimit() {
        let policy = RetryPolicy()
        let expected: [(failures: Int, most: Duration)] = [
            (1, .seconds(1)), (2, .seconds(2)), (3, .seconds(4)), (6, .seconds(20)),
            (1_000, .seconds(20)),
        ]
        for (failures, most) in expected {
            #expect(policy.backoff(failures: failures, fraction: 0, retryAfter: nil) == .zero)
            #expect(policy.backoff(failures: failures, fraction: 0.5, retryAfter: nil) == most / 2)
        }
        #expect(policy.backoff(failures: 1, fraction: 0, retryAfter: .seconds(7)) == .seconds(7))
        #expect(policy.backoff(failures: 1, fraction: 0, retryAfter: .seconds(70)) == .seconds(20))
    }

    @Test("S01: the quota ends retries until successes refill it")
    func theQuotaEndsRetriesUntilSuccessesRefillIt() {
        let quota = RetryQuota()
        var taken = 0
        while quota.take(.answered) { taken += 1 }
        #expect(taken == 100)
        #expect(!quota.take(.timedOut))
        for _ in 0..<5 { quota.give(nil) }
        #expect(!quota.take(.timedOut))
        #expect(quota.take(.answered))
        quota.give(.timedOut)
        #expect(quota.take(.timedOut))
    }
}
