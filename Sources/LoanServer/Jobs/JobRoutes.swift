// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// `/jobs`: long work by its identifier.
struct JobRoutes {
    let jobs: JobStore

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/jobs") { [jobs] _ in
            let list = jobs.all.map { $0.json(hasResult: false) }
            return .now(.json(200, .members(["jobs": .array(list)])))
        }
        router.on(.get, "/jobs/{id}") { [jobs] call in
            .now(Self.with(call, jobs) { .json(200, $0.json()) })
        }
        router.on(.get, "/jobs/{id}/events") { [jobs] call in
            .now(Self.with(call, jobs, Self.events))
        }
        router.on(.delete, "/jobs/{id}") { [jobs] call in
            .now(Self.with(call, jobs, Self.cancel))
        }
    }

    private static func with(
        _ call: HTTPCall,
        _ jobs: JobStore,
        _ answer: (Job) -> HTTPAnswer
    ) -> HTTPAnswer {
        jobs.job(call[parameter: "id"]).map(answer) ?? .refusal(404, "Not Found: no such job")
    }

    private static func events(of job: Job) -> HTTPAnswer {
        guard let events = job.events else {
            return .refusal(
                ErrorResponse(
                    .busy(message: "too many clients watch this job", retryAfterSeconds: 5)
                )
            )
        }
        return HTTPAnswer(
            200,
            contentType: "text/event-stream",
            headers: [("cache-control", "no-store")],
            body: .stream(events)
        )
    }

    /// Asks a job to stop; one that has ended is answered as it is.
    private static func cancel(_ job: Job) -> HTTPAnswer {
        guard job.outcome == nil else { return .json(200, job.json()) }
        job.cancel()
        return .json(202, job.json())
    }
}
