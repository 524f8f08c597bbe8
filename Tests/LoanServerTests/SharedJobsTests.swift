// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import JSON
import LoanServer
import LoanService
import Logging
import TestSupport
import Testing

/// Jobs that several servers on one storage root answer for.
@Suite struct SharedJobsTests {
    private struct Server {
        let jobs: JobStore
        let router: HTTPRouter

        func send(_ method: HTTPMethod, _ path: String) async -> HTTPAnswer {
            await router.respond(to: HTTPCall(method, path)).answer()
        }

        func json(_ path: String) async throws -> JSONObject {
            let answer = await send(.get, path)
            return try #require(try JSONParser.parse(try answer.bytes).object)
        }
    }

    private let root: TemporaryFolder

    init() throws { root = try TemporaryFolder() }

    private func server(_ change: (inout JobLimits) -> Void = { _ in }) throws -> Server {
        var limits = JobLimits()
        limits.sharedInterval = .milliseconds(20)
        change(&limits)
        var storage = StorageConfiguration()
        storage.shared = StorageLocation.local(path: ".")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try LoanService(
            storageRoot: root.url.path,
            environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            threadCount: 1,
            storage: storage,
            logger: logger
        )
        let jobs = JobStore(limits: limits, shared: service.shared, logger: logger)
        let application = HTTPApplication(service: service, jobStore: jobs, logger: logger)
        return Server(jobs: jobs, router: application.router)
    }

    /// Asks until a member has a value.
    private func wait(
        _ server: Server,
        _ path: String,
        until status: String
    ) async throws -> JSONObject {
        while true {
            let answer = await server.send(.get, path)
            let object = try #require(try JSONParser.parse(try answer.bytes).object)
            if object["status"] == .string(status) { return object }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func begin(_ server: Server) async throws -> Job {
        let job = try server.jobs.start(.train, for: .everybody) { job throws(ServiceError) in
            job.report(.init(share: 0.25, stage: "round 1 of 4"))
            while !job.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            throw .cancelled
        }
        if let announcement = job.announcement { for await _ in announcement {} }
        return job
    }

    @Test func anotherServerAnswersForAJobAndStopsIt() async throws {
        let (first, second) = (try server(), try server())
        let job = try await begin(first)
        let path = "/jobs/\(job.id)"
        let running = try await second.json(path)
        #expect(running.members.map(\.name) == (try await first.json(path)).members.map(\.name))
        #expect(running["status"] == .string("running"))
        guard case .array(let list)? = try await second.json("/jobs")["jobs"] else {
            Issue.record("no list")
            return
        }
        #expect(list.map { $0.object?["id"] } == [.string(job.id)])
        #expect(await second.send(.delete, path).status == 202)
        let own = try await wait(first, path, until: "cancelled")
        let other = try await wait(second, path, until: "cancelled")
        #expect(own == other)
        #expect(await second.send(.delete, path).status == 200)
        await first.jobs.settle()
    }

    /// The events of a job of another server.
    private func events(_ job: Job, from server: Server) async throws -> AsyncStream<[UInt8]> {
        let answer = await server.send(.get, "/jobs/\(job.id)/events")
        guard case .stream(let pieces) = answer.body else {
            Issue.record("no stream")
            throw CancellationError()
        }
        return pieces.stream
    }

    @Test func theEventsOfAnotherServersJobEndWithItsResult() async throws {
        let (first, second) = (try server(), try server())
        let job = try await begin(first)
        let events = try await events(job, from: second)
        var text = ""
        for await event in events {
            text += String(decoding: event, as: UTF8.self)
            job.cancel()
        }
        #expect(text.hasPrefix("event: progress\ndata: {\"id\":"))
        #expect(text.contains("event: done\ndata: "))
        #expect(text.contains("\"status\":\"cancelled\""))
    }

    @Test func theEventsOfAForgottenJobEndWithoutAResult() async throws {
        let first = try server { $0.sharedInterval = .seconds(600) }
        let second = try server()
        let job = try await begin(first)
        let events = try await events(job, from: second)
        try FileManager.default.removeItem(
            at: root.url.appendingPathComponent(".loan-default/shared/jobs")
        )
        var text = ""
        for await event in events { text += String(decoding: event, as: UTF8.self) }
        #expect(!text.contains("event: done"))
        job.cancel()
        await first.jobs.settle()
    }

    @Test func laterWatchersOfAnotherServersJobDisplaceTheOldest() async throws {
        let first = try server()
        let second = try server { $0.watchersMax = 1 }
        let job = try await begin(first)
        var earlier = try await events(job, from: second).makeAsyncIterator()
        #expect(await earlier.next() != nil)
        var later = try await events(job, from: second).makeAsyncIterator()
        #expect(await later.next() != nil)
        while await earlier.next() != nil {}
        // The later one goes on until the server stops.
        second.jobs.stopWatching()
        while await later.next() != nil {}
        #expect(job.outcome == nil)
        job.cancel()
        await first.jobs.settle()
    }

    @Test(arguments: ["1e300", "-1e300", "1e12"])
    func aRecordWithATimeThatIsNoneIsNoJob(time: String) async throws {
        let server = try server()
        let id = "00000000-0000-4000-8000-00000000000a"
        let folder = root.url.appendingPathComponent(".loan-default/shared/jobs")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let record = """
            {"format": 1, "id": "\(id)", "kind": "train", "mark": "everybody", "created_at": 1,
             "share": 0, "stage": "", "is_cancelled": false, "seconds": 1, "written_at": \(time)}
            """
        try Data(record.utf8).write(to: folder.appendingPathComponent("010"))
        #expect(await server.send(.get, "/jobs/\(id)").status == 404)
        #expect(await server.send(.get, "/jobs").status == 200)
    }

    @Test func aJobWhoseServerIsGoneSaysSo() async throws {
        let first = try server()
        let second = try server { $0.lostTime = .zero }
        let job = try await begin(first)
        let lost = try await second.json("/jobs/\(job.id)")
        #expect(lost["status"] == .string("failed"))
        #expect(lost["status_code"] == .integer(503))
        job.cancel()
        await first.jobs.settle()
    }

    @Test func aJobIsForgottenInItsTime() async throws {
        let first = try server()
        let second = try server { $0.keptTime = .zero }
        let job = try await begin(first)
        job.cancel()
        await first.jobs.settle()
        #expect(await second.send(.get, "/jobs/\(job.id)").status == 404)
        #expect(await second.send(.get, "/jobs").status == 200)
    }

    @Test(
        arguments: [
            "x", "../names.json", "00000000-0000-4000-8000-00000000000G",
            "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-00000000000a/",
        ]
    )
    func aTextThatIsNotAnIdentifierIsNotFound(id: String) async throws {
        let server = try server()
        #expect(await server.send(.get, "/jobs/\(id)").status == 404)
    }
}

extension HTTPAnswer {
    fileprivate var bytes: [UInt8] {
        get throws {
            guard case .bytes(let bytes) = body else { return [] }
            return bytes
        }
    }
}
