// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import HTTPServer
internal import JSON
internal import LoanService

/// `/jobs`: long work by its identifier, for whoever began it, on this server or on another one
/// that shares its jobs. To others a job is not there.
struct JobRoutes {
    let jobs: JobStore
    /// The tokens; nil where every call is open.
    let security: Security?

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/jobs", .shows(to: .write, .detail), list)
        router.on(.get, "/jobs/{id}", .shows(to: .write, .detail)) { call in
            with(call, own: { .json(200, $0.record.json()) }, other: { .json(200, $1.json()) })
        }
        router.on(.get, "/jobs/{id}/events", .shows(to: .write, .detail)) { call in
            with(
                call,
                own: { Self.stream($0.events) },
                other: { Self.stream($0.events(of: $1)) }
            )
        }
        router.on(.delete, "/jobs/{id}", .changes(.detail, body: .nothing)) { call in
            with(call, own: Self.cancel, other: Self.cancel)
        }
    }

    // MARK: One job

    /// Answers for a job of this server, or for one of another.
    private func with(
        _ call: HTTPCall,
        own: (Job) -> HTTPAnswer,
        other: @escaping @Sendable (SharedJobs, JobRecord) async throws(ServiceError) -> HTTPAnswer
    ) -> HTTPReply {
        let (id, caller) = (call[parameter: "id"], JobCaller(call, security))
        if let job = jobs.job(id, for: caller) { return .now(own(job)) }
        let unknown = HTTPAnswer.refusal(404, "Not Found: no such job")
        guard let shared = jobs.shared else { return .now(unknown) }
        return .later {
            do throws(ServiceError) {
                guard let record = try await shared.find(id),
                    caller.owns(id, markedAs: record.mark)
                else { return unknown }
                return try await other(shared, record)
            } catch {
                return .refusal(ErrorResponse(error))
            }
        }
    }

    private static func stream(_ events: AsyncStream<[UInt8]>) -> HTTPAnswer {
        HTTPAnswer(
            200,
            contentType: "text/event-stream",
            headers: [("cache-control", "no-store")],
            body: .stream(HTTPAnswer.Pieces(events))
        )
    }

    /// Asks a job to stop; one that has ended is answered as it is.
    private static func cancel(_ job: Job) -> HTTPAnswer {
        guard job.outcome == nil else { return .json(200, job.record.json()) }
        job.cancel()
        return .json(202, job.record.json())
    }

    private static func cancel(
        _ shared: SharedJobs,
        _ record: JobRecord
    ) async throws(ServiceError) -> HTTPAnswer {
        guard record.outcome == nil else { return .json(200, record.json()) }
        try await shared.cancel(record)
        var record = record
        record.isCancelled = true
        return .json(202, record.json())
    }

    // MARK: All jobs

    private func list(_ call: HTTPCall) -> HTTPReply {
        let caller = JobCaller(call, security)
        let own = jobs.all(for: caller).map(\.record)
        guard let shared = jobs.shared else { return .now(Self.answer(own)) }
        return .later {
            do throws(ServiceError) {
                let known = Set(own.map(\.id))
                let others = try await shared.all().filter { record in
                    !known.contains(record.id) && caller.owns(record.id, markedAs: record.mark)
                }
                return Self.answer(own + others)
            } catch {
                let warning =
                    "the jobs of other servers are not in this list (\(error.sentenceOfFields)): "
                    + "ask again"
                return Self.answer(own, warnings: [warning])
            }
        }
    }

    /// The newest first.
    private static func answer(_ records: [JobRecord], warnings: [String] = []) -> HTTPAnswer {
        let list = records.sorted { $0.createdAt > $1.createdAt }.map { $0.json(hasResult: false) }
        return .json(200, JSONValue.members(["jobs": .array(list)]).with(warnings: warnings))
    }
}
