// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import NIOPosix
import Testing

/// What the pool refuses, as callers of the RPC read it.
@Suite struct PredictRefusalStatusTests {
    @Test func everyRefusalSaysThatTheCallWasNotStarted() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        let pool = PredictPool(threads, threadCount: 1, limits: AdmissionLimits())
        let refusals = pool.allRefusals
        #expect(Set(refusals.map(\.reason)).count == refusals.count)
        for refusal in refusals {
            let isLate = refusal.reason == .deadline
            #expect(refusal.status.code == (isLate ? .deadlineExceeded : .resourceExhausted))
            #expect(refusal.status.isNotStarted)
            #expect((refusal.status.retryAfter > .zero) != isLate)
        }
    }
}
