// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Lets a few tasks work at a time; the others wait in the order of their arrival, without a
/// thread, and stop waiting when they are cancelled.
package final class AsyncSemaphore: Sendable {
    /// How waiting ends.
    private enum Entry {
        case admitted
        case refused
        case cancelled
    }

    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Entry, Never>
    }

    private struct State {
        var free: Int
        var waiting: [Waiter] = []
        var waitersSoFar: UInt64 = 0
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

    /// Tasks that wait for a place.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for a place and works.
    /// - Throws: `busy` when too many wait already; `cancelled` when the task is cancelled while it
    ///   waits; what `work` throws.
    package func withPlace<Result: Sendable>(
        _ work: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        switch await enter() {
        case .admitted: break
        case .refused: throw .busy(message: "many such calls are waiting", retryAfterSeconds: 1)
        case .cancelled: throw .cancelled
        }
        defer { leave() }
        return try await work()
    }

    private func enter() async -> Entry {
        let number = state.withLock { state in
            state.waitersSoFar += 1
            return state.waitersSoFar
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entry = state.withLock { state -> Entry? in
                    if state.free > 0 {
                        state.free -= 1
                        return .admitted
                    }
                    // A task is marked as cancelled before its handler runs: whoever is not yet
                    // marked here is found in the queue by its handler.
                    if Task.isCancelled { return .cancelled }
                    guard state.waiting.count < waitingMax else { return .refused }
                    state.waiting.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let entry { continuation.resume(returning: entry) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return state.waiting.remove(at: index)
            }
            waiter?.continuation.resume(returning: .cancelled)
        }
    }

    private func leave() {
        let next = state.withLock { state -> Waiter? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: .admitted)
    }
}
