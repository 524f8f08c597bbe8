// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import JSON
package import Machine
internal import Synchronization

/// Long work that outlives the request which began it.
package final class Job: Sendable {
    /// The kind of work; one job of a kind runs at a time.
    package enum Kind: String, Sendable {
        case data
        case train
    }

    /// How it ended: the body of the answer, or the refusal.
    package typealias Outcome = Result<JSONValue, ErrorResponse>

    /// The progress of a job.
    package struct Report: Equatable, Sendable {
        /// Done part, 0...1.
        package var share = 0.0
        /// A few words about what is being done.
        package var stage = ""

        /// Nothing done yet, unless said otherwise.
        package init(share: Double = 0, stage: String = "") {
            self.share = share
            self.stage = stage
        }
    }

    private struct State {
        var report = Report()
        var reported = MonotonicTime(nanoseconds: 0)
        var isCancelled = false
        var outcome: Outcome?
        var finished: MonotonicTime?
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher = 0
    }

    /// The identifier that callers use.
    package let id: String
    /// The kind of work.
    package let kind: Kind
    /// Stands for whoever began it; see `JobCaller`.
    let mark: String
    /// Seconds since 1970.
    package let createdAt: Double
    private let started: MonotonicTime
    let limits: JobLimits
    /// Ends once other servers find the job, or cannot for now; nil where there are none.
    package let announcement: AsyncStream<Never>?
    private let state = Mutex(State())

    init(
        id: String,
        kind: Kind,
        mark: String,
        createdAt: Double,
        limits: JobLimits,
        announcement: AsyncStream<Never>? = nil
    ) {
        self.announcement = announcement
        self.id = id
        self.kind = kind
        self.mark = mark
        self.createdAt = createdAt
        self.limits = limits
        started = .now()
    }

    // MARK: For who asks

    /// Its last report.
    package var report: Report { state.withLock(\.report) }
    /// How it ended; nil while it runs.
    package var outcome: Outcome? { state.withLock(\.outcome) }
    /// Whether it was asked to stop.
    package var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Since its start, until its end.
    package var elapsed: Duration {
        let end = state.withLock(\.finished) ?? .now()
        return .nanoseconds(end.nanoseconds(since: started))
    }

    /// The record of the current state.
    var record: JobRecord {
        let seconds = elapsed / .seconds(1)
        return state.withLock { state in
            JobRecord(
                id: id,
                kind: kind,
                mark: mark,
                createdAt: createdAt,
                report: state.report,
                isCancelled: state.isCancelled,
                outcome: state.outcome,
                seconds: (seconds * 1000).rounded(.down) / 1000,
                writtenAt: Date.now.timeIntervalSince1970
            )
        }
    }

    /// Whether it ended more than `time` ago.
    func finished(before time: Duration, now: MonotonicTime) -> Bool {
        state.withLock(\.finished).map { $0.advanced(by: time) <= now } ?? false
    }

    /// Asks it to stop; the work sees it at its next step.
    package func cancel() { state.withLock { $0.isCancelled = true } }

    /// Yields when something has changed, and ends when the job does, or when others came later and
    /// as many watch as may: whoever began the job is never locked out by those who watch it.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number = state.withLock { state -> Int? in
            guard state.outcome == nil else { return nil }
            defer { state.nextWatcher += 1 }
            state.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.forget(watcher: number) }
        longestWatcher()?.finish()
        return stream
    }

    /// The one that has watched longest, where there are more than may be.
    private func longestWatcher() -> AsyncStream<Void>.Continuation? {
        state.withLock { state in
            guard state.watchers.count > limits.watchersMax,
                let oldest = state.watchers.keys.min()
            else { return nil }
            return state.watchers.removeValue(forKey: oldest)
        }
    }

    /// Waits for the end, at most `limit`.
    func wait(atMost limit: Duration) async -> Outcome? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return outcome
    }

    /// Waits for the end.
    func wait() async {
        // One that is displaced by later watchers watches again.
        while outcome == nil, !Task.isCancelled {
            for await _ in changes() {}
        }
    }

    // MARK: For the work

    /// Reports the progress of the work.
    package func report(_ report: Report) {
        let now = MonotonicTime.now()
        let watchers = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            state.report = report
            let isDue = state.reported.advanced(by: limits.progressInterval) <= now
            guard isDue else { return [] }
            state.reported = now
            return Array(state.watchers.values)
        }
        watchers.forEach { $0.yield() }
    }

    func finish(_ outcome: Outcome) {
        let watchers = state.withLock { state in
            state.outcome = outcome
            state.finished = .now()
            if case .success = outcome { state.report.share = 1 }
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        watchers.forEach { $0.finish() }
    }

    private func forget(watcher number: Int) {
        state.withLock { _ = $0.watchers.removeValue(forKey: number) }
    }
}
