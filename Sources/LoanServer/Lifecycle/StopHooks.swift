// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Actions for when the process is asked to stop, by parts that begin after the signals are
/// watched.
final class StopHooks: Sendable {
    private struct State {
        var hooks: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let state = Mutex(State())

    /// Adds a hook; it is called at once when the process is stopping already.
    func add(_ hook: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isStopping { state.hooks.append(hook) }
            return state.isStopping
        }
        if isLate { hook() }
    }

    /// Calls the hooks.
    func run() {
        let hooks = state.withLock { state in
            state.isStopping = true
            defer { state.hooks = [] }
            return state.hooks
        }
        for hook in hooks { hook() }
    }
}
