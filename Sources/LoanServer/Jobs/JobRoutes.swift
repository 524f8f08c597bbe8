// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// `/jobs`: long work by its identifier, for whoever began it. To others a job is not there.
struct JobRoutes {
    let jobs: JobStore
    /// The tokens; nil where every call is open.
    let security: Security?

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/jobs", .shows(to: .write, .detail)) { [jobs, security] call in
            let list = jobs.all(for: JobCaller(call, security)).map { $0.json(hasResult: false) }
            return .now(.json(200, .members(["jobs": .array(list)])))
        }
        router.on(.get, "/jobs/{id}", .shows(to: .write, .detail)) { call in
            .now(with(call) { .json(200, $0.json()) })
        }
        router.on(.get, "/jobs/{id}/events", .shows(to: .write, .detail)) { call in
            .now(with(call, Self.events))
        }
        router.on(.delete, "/jobs/{id}", .changes(.detail, body: .nothing)) { call in
            .now(with(call, Self.cancel))
        }
    }

    private func with(_ call: HTTPCall, _ answer: (Job) -> HTTPAnswer) -> HTTPAnswer {
        jobs.job(call[parameter: "id"], for: JobCaller(call, security)).map(answer)
            ?? .refusal(404, "Not Found: no such job")
    }

    private static func events(of job: Job) -> HTTPAnswer {
        HTTPAnswer(
            200,
            contentType: "text/event-stream",
            headers: [("cache-control", "no-store")],
            body: .stream(job.events)
        )
    }

    /// Asks a job to stop; one that has ended is answered as it is.
    private static func cancel(_ job: Job) -> HTTPAnswer {
        guard job.outcome == nil else { return .json(200, job.json()) }
        job.cancel()
        return .json(202, job.json())
    }
}
