// SPDX-License-Identifier: Apache-2.0

import LoanService
import TestSupport
import Testing

/// Few work at a time, few wait, and the rest is told at once.
@Suite struct TurnstileTests {
    /// Lets one task wait for another.
    private final class Signal: Sendable {
        private let stream = AsyncStream<Void>.makeStream()

        func give() { stream.continuation.yield() }

        func wait() async { for await _ in stream.stream { return } }
    }

    @Test func whoFindsTooManyWaitingIsRefused() async throws {
        let turnstile = Turnstile(places: 1, waitingMax: 2)
        let (isIn, mayLeave) = (Signal(), Signal())
        let first = Task {
            try await turnstile.pass { () async throws(ServiceError) in
                isIn.give()
                await mayLeave.wait()
            }
        }
        await isIn.wait()
        // Two may wait; of ten more, eight are told at once.
        let (ended, end) = AsyncStream<Bool>.makeStream()
        for _ in 0..<10 {
            Task {
                let outcome = await failure { () async throws(ServiceError) in
                    try await turnstile.pass { () async throws(ServiceError) in }
                }
                end.yield(outcome == nil)
            }
        }
        var outcomes: [Bool] = []
        for await isDone in ended {
            outcomes.append(isDone)
            if outcomes.count == 8 { mayLeave.give() }
            if outcomes.count == 10 { break }
        }
        try await first.value
        #expect(outcomes == Array(repeating: false, count: 8) + [true, true])
        // And the place is free again.
        try await turnstile.pass { () async throws(ServiceError) in }
    }
}
