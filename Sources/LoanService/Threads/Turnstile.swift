// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Lets a few tasks work at a time; the others wait in the order of their coming.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter places: tasks that work at a time.
    init(places: Int) {
        state = Mutex(State(free: places))
    }

    /// Waits for a place and works.
    func pass<Result: Sendable>(
        _ work: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        await withCheckedContinuation { continuation in
            let mayEnter = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if mayEnter { continuation.resume() }
        }
        defer { leave() }
        return try await work()
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
