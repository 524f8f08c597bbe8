// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Calls that one thread leaves to another, in their order.
///
/// A thread of the lowest priority must not wake tasks itself: a thread that the runtime starts for
/// them would inherit that priority, for good.
final class Relay: Sendable {
    private struct State {
        var calls: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// Leaves a call to the thread that is in `run`.
    func post(_ call: @escaping @Sendable () -> Void) {
        state.withLock { $0.calls.append(call) }
        signal.signal()
    }

    /// No further call will come.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }

    /// Makes the calls until the relay is closed.
    func run() {
        while true {
            signal.wait()
            let (calls, isClosed) = state.withLock { state in
                defer { state.calls = [] }
                return (state.calls, state.isClosed)
            }
            for call in calls { call() }
            if isClosed { return }
        }
    }
}
