// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import Synchronization

/// Who waits for decisions to be on the disk.
final class DurableWaiters: Sendable {
    private struct Waiter {
        let position: UInt64
        let deadline: MonotonicTime
        let body: @Sendable (RecordRefusal?) -> Void
    }

    private struct State {
        /// Entries up to here are on the disk.
        var position: UInt64 = 0
        var waiters: [Waiter] = []
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Whether nobody can wait any more.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Calls `body` once: with nil when everything up to the position is on the disk, or else with
    /// the reason why it is not.
    func add(
        _ position: UInt64,
        deadline: MonotonicTime,
        _ body: @escaping @Sendable (RecordRefusal?) -> Void
    ) {
        let answer = state.withLock { state -> RecordRefusal?? in
            if position <= state.position { return .some(nil) }
            if state.isStopped { return .some(.stopped) }
            state.waiters.append(Waiter(position: position, deadline: deadline, body: body))
            return nil
        }
        if let answer { body(answer) }
    }

    /// Says that entries up to a position are on the disk.
    func advance(to position: UInt64) {
        answer(nil) { state in
            state.position = max(state.position, position)
            return { $0.position <= position }
        }
    }

    /// Answers those whose time is up.
    func expire(_ now: MonotonicTime, _ sentence: String) {
        answer(.notDurable(sentence)) { _ in { $0.deadline <= now } }
    }

    /// Answers all.
    func fail(_ refusal: RecordRefusal, isStopped: Bool = false) {
        answer(refusal) { state in
            state.isStopped = state.isStopped || isStopped
            return { _ in true }
        }
    }

    private func answer(
        _ refusal: RecordRefusal?,
        _ choose: (inout State) -> (Waiter) -> Bool
    ) {
        let answered = state.withLock { state -> [Waiter] in
            let isAnswered = choose(&state)
            guard state.waiters.contains(where: isAnswered) else { return [] }
            let answered = state.waiters.filter(isAnswered)
            state.waiters.removeAll(where: isAnswered)
            return answered
        }
        for waiter in answered { waiter.body(refusal) }
    }
}
