// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import JSON
package import LoanService
package import Logging
package import Machine
internal import Synchronization

/// The jobs that run here or have run lately, by their identifiers, and the way to those of other
/// servers.
package final class JobStore: Sendable {
    /// The limits of its jobs.
    package let limits: JobLimits
    /// The jobs of all servers that share a folder with this one; nil where it is by itself.
    let shared: SharedJobs?
    private let jobs = Mutex<[Job]>([])
    /// The tasks that write the state of the jobs.
    private let followers = Mutex<[String: Task<Void, Never>]>([:])
    /// How long a process that stops waits for the last records of its jobs.
    private static let settleTime = Duration.seconds(10)

    /// - Parameters:
    ///   - folder: where servers leave how their jobs stand.
    ///   - logger: reports when that does not succeed.
    package init(
        limits: JobLimits = JobLimits(),
        shared folder: SharedFolder? = nil,
        logger: Logger = Logger(label: "jobs") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.limits = limits
        shared = folder.map { SharedJobs(folder: $0, limits: limits, logger: logger) }
    }

    /// Begins a job.
    /// - Parameters:
    ///   - caller: whose job it is.
    ///   - work: reports its progress to the job, and stops when the job is cancelled.
    /// - Throws: `.busy` while another job of the kind runs.
    package func start(
        _ kind: Job.Kind,
        for caller: JobCaller,
        _ work: @escaping @Sendable (Job) async throws(ServiceError) -> JSONValue
    ) throws(ServiceError) -> Job {
        let id = UUID().uuidString.lowercased()
        let (announcement, announce) = AsyncStream.makeStream(of: Never.self)
        let job = Job(
            id: id,
            kind: kind,
            mark: caller.mark(ofJob: id),
            createdAt: Date.now.timeIntervalSince1970,
            limits: limits,
            announcement: shared == nil ? nil : announcement
        )
        let isBusy = jobs.withLock { jobs in
            if jobs.contains(where: { $0.kind == kind && $0.outcome == nil }) { return true }
            forgetOld(&jobs)
            makeRoom(&jobs)
            jobs.append(job)
            return false
        }
        guard !isBusy else {
            throw .busy(
                message: "another job of the kind \(kind.rawValue) is under way",
                retryAfterSeconds: 10
            )
        }
        Task {
            do throws(ServiceError) {
                job.finish(.success(try await work(job)))
            } catch {
                job.finish(.failure(ErrorResponse(error)))
            }
        }
        follow(job) { announce.finish() }
        return job
    }

    private func follow(_ job: Job, onAnnounced: @escaping @Sendable () -> Void) {
        guard let shared else { return }
        followers.withLock { followers in
            followers[job.id] = Task {
                await shared.follow(job, onAnnounced: onAnnounced)
                self.followers.withLock { $0[job.id] = nil }
            }
        }
    }

    /// Ends the streams of those who watch jobs of other servers: this one is about to stop.
    package func stopWatching() { shared?.watchers.stop() }

    /// Waits until other servers can know how the jobs of this one ended; not for long.
    package func settle() async {
        let followers = followers.withLock { Array($0.values) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for follower in followers { await follower.value } }
            group.addTask { try? await Task.sleep(for: Self.settleTime) }
            await group.next()
            // Waiting for a task does not end with the group: late ones are abandoned.
            followers.forEach { $0.cancel() }
            group.cancelAll()
        }
    }

    /// The job of an identifier, while it is remembered; nil where it is not the caller's.
    package func job(_ id: String, for caller: JobCaller) -> Job? {
        all.first { $0.id == id && caller.owns(id, markedAs: $0.mark) }
    }

    /// The caller's jobs that are remembered, the newest first.
    package func all(for caller: JobCaller) -> [Job] {
        all.filter { caller.owns($0.id, markedAs: $0.mark) }
    }

    /// All jobs that are remembered, the newest first.
    package var all: [Job] {
        jobs.withLock { jobs in
            forgetOld(&jobs)
            return jobs.reversed()
        }
    }

    private func forgetOld(_ jobs: inout [Job]) {
        let now = MonotonicTime.now()
        jobs.removeAll { $0.finished(before: limits.keptTime, now: now) }
    }

    private func makeRoom(_ jobs: inout [Job]) {
        while jobs.count >= limits.countMax,
            let oldest = jobs.firstIndex(where: { $0.outcome != nil })
        {
            jobs.remove(at: oldest)
        }
    }
}
