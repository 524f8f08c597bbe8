// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Lets a few tasks work at a time; the others wait in the order of their coming.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let waitingMax: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - places: tasks that work at a time.
    ///   - waitingMax: tasks that wait at most; more are refused.
    package init(places: Int, waitingMax: Int = .max) {
        self.waitingMax = waitingMax
        state = Mutex(State(free: places))
    }

    /// Waits for a place and works.
    /// - Throws: `busy` when too many wait already; what `work` throws.
    package func pass<Result: Sendable>(
        _ work: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let isIn = await withCheckedContinuation { continuation in
            let entry = state.withLock { state -> Bool? in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                guard state.waiting.count < waitingMax else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let entry { continuation.resume(returning: entry) }
        }
        guard isIn else {
            throw .busy(message: "many such calls are waiting", retryAfterSeconds: 1)
        }
        defer { leave() }
        return try await work()
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }
}
