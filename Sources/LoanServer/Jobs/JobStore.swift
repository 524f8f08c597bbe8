// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanRPC
package import LoanService
internal import Synchronization

/// The jobs that run or have run lately, by their identifiers.
package final class JobStore: Sendable {
    package let limits: JobLimits
    private let jobs = Mutex<[Job]>([])

    package init(limits: JobLimits = JobLimits()) { self.limits = limits }

    /// Begins a job.
    /// - Parameters:
    ///   - caller: whose job it is.
    ///   - work: reports its progress to the job, and stops when the job is cancelled.
    /// - Throws: `.busy` while another job of the kind runs.
    package func start(
        _ kind: Job.Kind,
        for caller: JobCaller = .everybody,
        _ work: @escaping @Sendable (Job) async throws(ServiceError) -> JSONValue
    ) throws(ServiceError) -> Job {
        let id = UUID().uuidString.lowercased()
        let job = Job(
            id: id,
            kind: kind,
            mark: caller.mark(ofJob: id),
            createdAt: Date.now.timeIntervalSince1970,
            limits: limits
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
        return job
    }

    /// The job of an identifier, while it is remembered; nil where it is not the caller's.
    package func job(_ id: String, for caller: JobCaller = .everybody) -> Job? {
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
