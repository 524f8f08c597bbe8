// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanServer
import LoanService
import TestSupport
import Testing

/// Long work over HTTP: heartbeats, jobs, events, cancellation.
@Suite struct JobsTests {
    private static func trainBody(rounds: Int) -> String {
        """
        {"backend": "local", "local_data_path": "data", "local_model_path": "models",
         "model_name": "model.joblib", "parameters": {"rounds": \(rounds), "max_depth": 3}}
        """
    }

    /// Rounds that outlast every step of a test.
    private static let endless = 10_000

    private func withPreparedServer(
        jobs: JobLimits = JobLimits(),
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        try await HTTPTestServer.with(jobs: jobs) { server in
            let csv = SampleApplications(rows: 2_000, seed: 4).csv()
            try Data(csv).write(to: server.storage.url.appendingPathComponent("applications.csv"))
            let data = try await server.post(
                "/data",
                """
                {"backend": "local", "local_path": "applications.csv", "target_path": "data",
                 "size": 2000, "seed": 1}
                """
            )
            try #require(data.status == 200, "\(data.text)")
            try await body(server)
        }
    }

    /// The member of an answer, as text.
    private func member(_ name: String, _ answer: HTTPTestServer.Answer) throws -> String {
        guard case .string(let text)? = try answer.json().object?[name] else { return "" }
        return text
    }

    /// The prepared data as it lies in storage.
    private func files(of server: HTTPTestServer) throws -> [String: Data] {
        let folder = server.storage.url.appendingPathComponent("data")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.reduce(into: [:]) { files, name in
            // Folders have no bytes.
            files[name] = try? Data(contentsOf: folder.appendingPathComponent(name))
        }
    }

    /// Asks a job until it has left a status.
    private func wait(
        _ server: HTTPTestServer,
        _ location: String,
        while statuses: Set<String>
    ) async throws -> HTTPTestServer.Answer {
        while true {
            let answer = try await server.get(location)
            guard try statuses.contains(member("status", answer)) else { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func aLongTrainingGetsItsHeadAtOnceAndSpacesUntilTheResult() async throws {
        var jobs = JobLimits()
        jobs.answerTime = .zero
        jobs.heartbeatInterval = .milliseconds(10)
        try await withPreparedServer(jobs: jobs) { server in
            let train = try await server.post("/train", Self.trainBody(rounds: 400))
            #expect(train.status == 200)
            #expect(train.text.hasPrefix(" "))
            let object = try #require(try train.json().object)
            #expect(object.members.map(\.name) == ["msg", "validation scores"])
            let location = try #require(train.headers["content-location"])
            let job = try await server.get(location)
            #expect(try member("status", job) == "succeeded")
            #expect(try job.json().object?["result"] == .object(object))
        }
    }

    @Test func aShortFailureKeepsItsStatus() async throws {
        try await HTTPTestServer.with { server in
            let train = try await server.post("/train", Self.trainBody(rounds: 1))
            #expect(train.status == 404)
        }
    }

    @Test func aLateFailureIsADetailInTheBody() async throws {
        var jobs = JobLimits()
        jobs.answerTime = .zero
        try await HTTPTestServer.with(jobs: jobs) { server in
            // The failure may come before the head is out: then it keeps its status.
            let train = try await server.post("/train", Self.trainBody(rounds: 1))
            #expect([200, 404].contains(train.status))
            #expect(try train.json().object?["detail"] != nil)
        }
    }

    @Test func anAsynchronousTrainingIsAJobToAskFor() async throws {
        try await withPreparedServer { server in
            let accepted = try await server.post(
                "/train",
                Self.trainBody(rounds: 50),
                headers: ["Prefer": "wait=5, respond-async"]
            )
            #expect(accepted.status == 202)
            #expect(accepted.headers["preference-applied"] == "respond-async")
            let location = try #require(accepted.headers["location"])
            #expect(location == "/jobs/\(try member("id", accepted))")
            let done = try await wait(server, location, while: ["running"])
            #expect(try member("status", done) == "succeeded")
            #expect(try done.json().object?["progress"] == .real(1))
            let result = try #require(try done.json().object?["result"]?.object)
            #expect(result["msg"] == .string("Model trained succesfully"))
            let list = try await server.get("/jobs")
            guard case .array(let jobs)? = try list.json().object?["jobs"] else {
                Issue.record("no list: \(list.text)")
                return
            }
            #expect(jobs.compactMap { $0.object?["kind"] } == [.string("train"), .string("data")])
        }
    }

    @Test func aJobIsWatchedAndCancelled() async throws {
        try await withPreparedServer { server in
            let accepted = try await server.post(
                "/train",
                Self.trainBody(rounds: Self.endless),
                headers: ["Prefer": "respond-async"]
            )
            let location = try #require(accepted.headers["location"])

            // A second training is refused, and says when to come back.
            let second = try await server.post("/train", Self.trainBody(rounds: 1))
            #expect(second.status == 429)
            #expect(second.headers["retry-after"] == "10")

            async let events = RawConnection.converse(
                port: server.port,
                [
                    .send(
                        Array(
                            ("GET \(location)/events HTTP/1.1\r\nHost: a\r\n"
                                + "Connection: close\r\n\r\n").utf8
                        )
                    )
                ]
            )
            _ = try await wait(server, location, while: [])
            let cancelled = try await server.send("DELETE", location, body: nil)
            #expect(cancelled.status == 202)
            let done = try await wait(server, location, while: ["running", "cancelling"])
            #expect(try member("status", done) == "cancelled")
            let text = try await events
            #expect(text.contains("content-type: text/event-stream"))
            #expect(text.contains("event: progress\ndata: {\"id\":"))
            #expect(text.contains("event: done\ndata: {\"id\":"))
            #expect(text.hasSuffix("\r\n0\r\n\r\n"))

            let again = try await server.send("DELETE", location, body: nil)
            #expect(again.status == 200)
        }
    }

    @Test func aDataPreparationIsCancelledAndLeavesTheOldDataAlone() async throws {
        try await withPreparedServer { server in
            let before = try files(of: server)
            let accepted = try await server.post(
                "/data",
                """
                {"backend": "local", "local_path": "applications.csv", "target_path": "data",
                 "size": 4000000, "seed": 2}
                """,
                headers: ["Prefer": "respond-async"]
            )
            let location = try #require(accepted.headers["location"], "\(accepted.text)")
            let cancelled = try await server.send("DELETE", location, body: nil)
            #expect(cancelled.status == 202)
            let done = try await wait(server, location, while: ["running", "cancelling"])
            #expect(try member("status", done) == "cancelled")
            #expect(try files(of: server) == before)
        }
    }

    @Test func whatCannotBeDoneIsRefusedBeforeAJobBegins() async throws {
        try await HTTPTestServer.with { server in
            for (path, body) in [
                ("/data", #"{"backend": "local", "local_path": "../a", "target_path": "b"}"#),
                ("/data", #"{"backend": "local", "local_path": "a", "target_path": "/../b"}"#),
                (
                    "/train",
                    #"{"backend": "local", "local_data_path": "../a", "local_model_path": "b", "#
                        + #""model_name": "m"}"#
                ),
            ] {
                let answer = try await server.post(
                    path,
                    body,
                    headers: ["Prefer": "respond-async"]
                )
                #expect(answer.status == 422, "\(body): \(answer.text)")
            }
            #expect(try await server.get("/jobs").text == #"{"jobs":[]}"#)
        }
    }

    @Test("H30: a training goes on when its client leaves")
    func aTrainingGoesOnWhenItsClientLeaves() async throws {
        try await withPreparedServer { server in
            let body = Self.trainBody(rounds: 300)
            let head =
                "POST /train HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try await RawConnection.sendAndLeave(port: server.port, Array((head + body).utf8))
            while try await server.get("/jobs").text.contains(#""kind":"train""#) == false {
                try await Task.sleep(for: .milliseconds(20))
            }
            let ping = try await server.get("/ping")
            #expect(ping.status == 200)
            while try await server.get("/jobs").text.contains(#""status":"running""#) {
                try await Task.sleep(for: .milliseconds(20))
            }
            let predict = try await server.post(
                "/predict",
                """
                {"backend": "local", "model_name": "model.joblib", "local_model_path": "models",
                 "preprocessor_path": "data", "sample": [{"person_age": 1}]}
                """
            )
            // The model is there: what is missing are the features.
            #expect(predict.status == 422, "\(predict.text)")
        }
    }

    @Test func unknownJobsAreNotFound() async throws {
        try await HTTPTestServer.with { server in
            let list = try await server.get("/jobs")
            #expect(list.text == #"{"jobs":[]}"#)
            for (method, path) in [
                ("GET", "/jobs/x"), ("GET", "/jobs/x/events"), ("DELETE", "/jobs/x"),
            ] {
                let answer = try await server.send(method, path, body: nil)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func finishedJobsAreForgottenInTheirTurn() async throws {
        var limits = JobLimits()
        limits.countMax = 3
        let store = JobStore(limits: limits)
        var ids: [String] = []
        for _ in 0..<5 {
            let job = try store.start(.train, for: .everybody) { _ throws(ServiceError) in .null }
            ids.append(job.id)
            while job.outcome == nil { await Task.yield() }
        }
        #expect(store.all.map(\.id) == ids.suffix(3).reversed())
        limits.keptTime = .zero
        let forgetful = JobStore(limits: limits)
        let job = try forgetful.start(.data, for: .everybody) { _ throws(ServiceError) in .null }
        while job.outcome == nil { await Task.yield() }
        #expect(forgetful.job(job.id, for: .everybody) == nil)
    }

    @Test func laterWatchersDisplaceTheOldest() async throws {
        var limits = JobLimits()
        limits.watchersMax = 2
        let store = JobStore(limits: limits)
        let job = try store.start(.train, for: .everybody) { job throws(ServiceError) in
            while !job.isCancelled { await Task.yield() }
            throw .cancelled
        }
        let watching = (0..<3).map { _ in job.changes() }
        // The first one ends while the job goes on.
        for await _ in watching[0] {}
        #expect(job.outcome == nil)
        job.cancel()
        for stream in watching.dropFirst() { for await _ in stream {} }
        #expect(job.outcome != nil)
    }
}
