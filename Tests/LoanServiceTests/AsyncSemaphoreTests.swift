// SPDX-License-Identifier: Apache-2.0

import LoanService
import TestSupport
import Testing

/// Few work at a time, few wait, and the rest is refused at once.
@Suite struct AsyncSemaphoreTests {
    /// Lets one task wait for another.
    private final class Signal: Sendable {
        private let stream = AsyncStream<Void>.makeStream()

        func give() { stream.continuation.yield() }

        func wait() async { for await _ in stream.stream { return } }
    }

    @Test func whoFindsTooManyWaitingIsRefused() async throws {
        let semaphore = AsyncSemaphore(places: 1, waitingMax: 2)
        let (isIn, mayLeave) = (Signal(), Signal())
        let first = Task {
            try await semaphore.withPlace { () async throws(ServiceError) in
                isIn.give()
                await mayLeave.wait()
            }
        }
        await isIn.wait()
        // Two may wait; of ten more, eight are refused at once.
        let (ended, end) = AsyncStream<Bool>.makeStream()
        for _ in 0..<10 {
            Task {
                let outcome = await failure { () async throws(ServiceError) in
                    try await semaphore.withPlace { () async throws(ServiceError) in }
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
        try await semaphore.withPlace { () async throws(ServiceError) in }
    }

    @Test func whoIsCancelledStopsWaiting() async throws {
        let semaphore = AsyncSemaphore(places: 1, waitingMax: 2)
        let (isIn, mayLeave) = (Signal(), Signal())
        let first = Task {
            try await semaphore.withPlace { () async throws(ServiceError) in
                isIn.give()
                await mayLeave.wait()
            }
        }
        await isIn.wait()
        let cancelled = Task {
            await failure { () async throws(ServiceError) in
                try await semaphore.withPlace { () async throws(ServiceError) in
                    Issue.record("who was cancelled has worked")
                }
            }
        }
        try await eventually { semaphore.waitingCount == 1 }
        let second = Task {
            try await semaphore.withPlace { () async throws(ServiceError) in "worked" }
        }
        try await eventually { semaphore.waitingCount == 2 }
        // It ends while the place is still taken, and leaves its turn to the next.
        cancelled.cancel()
        #expect(await cancelled.value == .cancelled)
        #expect(semaphore.waitingCount == 1)
        mayLeave.give()
        try await first.value
        #expect(try await second.value == "worked")
        #expect(semaphore.waitingCount == 0)
    }

    @Test func whoIsCancelledBeforeDoesNotWait() async throws {
        let semaphore = AsyncSemaphore(places: 0)
        let task = Task {
            try? await Task.sleep(for: .seconds(3_600))
            return await failure { () async throws(ServiceError) in
                try await semaphore.withPlace { () async throws(ServiceError) in }
            }
        }
        task.cancel()
        #expect(await task.value == .cancelled)
    }
}
