// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether traffic should come here, and if not, why.
///
/// A server becomes ready part by part: each part it waits for says when it is done. It stops being
/// ready once, for good, when it is asked to stop.
package final class Readiness: Sendable {
    private struct State {
        /// Parts that are not done, with the reason.
        var missing: [String: String] = [:]
        var isStopping = false
        /// Those who want to know of changes.
        var watchers: [Int: AsyncStream<Bool>.Continuation] = [:]
        var nextWatcher = 0

        var isReady: Bool { !isStopping && missing.isEmpty }
    }

    private let state: Mutex<State>

    /// - Parameter parts: those that must be done first.
    package init(waitingFor parts: [String] = []) {
        let missing = Dictionary(
            parts.map { ($0, "is starting") },
            uniquingKeysWith: { first, _ in first }
        )
        state = Mutex(State(missing: missing))
    }

    /// A part is done.
    package func done(_ part: String) { change { $0.missing[part] = nil } }

    /// A part is not done, for a reason; it may be done later.
    package func waits(for part: String, because reason: String) {
        change { $0.missing[part] = reason }
    }

    /// The server is about to stop.
    package func stop() { change { $0.isStopping = true } }

    /// Whether the server is about to stop.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Why traffic should go elsewhere: one line, or nil when it may come.
    package var obstacle: String? {
        state.withLock { state in
            if state.isStopping { return "the server is stopping" }
            let reasons = state.missing.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        }
    }

    /// Whether traffic may come.
    package var isReady: Bool { state.withLock { $0.isReady } }

    /// Whether traffic may come, now and whenever that changes. Only the last one waits for whoever
    /// reads too slowly.
    package func changes() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Bool.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let watcher = state.withLock { state in
            continuation.yield(state.isReady)
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.watchers[watcher] = nil }
        }
        return stream
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            let wasReady = state.isReady
            body(&state)
            guard state.isReady != wasReady else { return }
            for watcher in state.watchers.values { watcher.yield(state.isReady) }
        }
    }
}

extension AsyncStream where Element == Bool {
    /// Says once that traffic may come.
    package static var ready: AsyncStream<Bool> { AsyncStream { $0.yield(true) } }
}
