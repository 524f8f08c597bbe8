// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Those who watch jobs of other servers: a bounded number for each job, and none once the server
/// stops.
final class EventWatchers: Sendable {
    private struct Watcher {
        let number: Int
        let job: String
        let end: @Sendable () -> Void
    }

    private struct State {
        /// In the order of their coming.
        var watchers: [Watcher] = []
        var nextNumber = 0
        var isStopped = false
    }

    /// For one job.
    private let countMax: Int
    private let state = Mutex(State())

    init(countMax: Int) { self.countMax = countMax }

    /// Adds one; where as many watch the job as may, the one that has watched longest is ended.
    /// - Parameter end: called at most once, when the watcher has to go.
    /// - Returns: the number to remove it by.
    func add(_ job: String, end: @escaping @Sendable () -> Void) -> Int {
        let (number, ended) = state.withLock { state -> (Int, Watcher?) in
            let watcher = Watcher(number: state.nextNumber, job: job, end: end)
            state.nextNumber += 1
            if state.isStopped { return (watcher.number, watcher) }
            state.watchers.append(watcher)
            guard state.watchers.count(where: { $0.job == job }) > countMax,
                let oldest = state.watchers.firstIndex(where: { $0.job == job })
            else { return (watcher.number, nil) }
            return (watcher.number, state.watchers.remove(at: oldest))
        }
        ended?.end()
        return number
    }

    func remove(_ number: Int) {
        state.withLock { state in state.watchers.removeAll { $0.number == number } }
    }

    /// Ends all of them, and whoever comes later.
    func stop() {
        let ended = state.withLock { state -> [Watcher] in
            state.isStopped = true
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in ended { watcher.end() }
    }
}
