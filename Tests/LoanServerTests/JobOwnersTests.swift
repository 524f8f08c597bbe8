// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import JSON
import LoanModel
import LoanServer
import LoanService
import TestSupport
import Testing

/// Who sees, watches and cancels a job: the token that began it.
@Suite struct JobOwnersTests {
    private static let owner = String(repeating: "o", count: 40)
    private static let colleague = String(repeating: "c", count: 40)
    private static let reader = String(repeating: "r", count: 40)

    private func withServer(
        anonymous: String = "",
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        try Data(
            """
            write          \(Self.owner)
            predict,write  \(Self.colleague)
            predict        \(Self.reader)
            \(anonymous)

            """.utf8
        ).write(to: URL(fileURLWithPath: path))
        let security = try Security(SecurityConfiguration(tokenFile: path))
        try await HTTPTestServer.with(security: security) { server in
            let csv = SampleApplications(rows: 500, seed: 4).csv()
            try Data(csv).write(to: server.storage.url.appendingPathComponent("applications.csv"))
            try await body(server)
        }
    }

    /// Begins a preparation that ends when it is cancelled, and gives its location.
    private func begin(_ server: HTTPTestServer, as token: String?) async throws -> String {
        let accepted = try await server.post(
            "/data",
            """
            {"backend": "local", "local_path": "applications.csv", "target_path": "data",
             "size": 4000000, "seed": 2}
            """,
            headers: fields(token).merging(["Prefer": "respond-async"]) { $1 }
        )
        #expect(accepted.status == 202, "\(accepted.text)")
        return try #require(accepted.headers["location"])
    }

    private func fields(_ token: String?) -> [String: String] {
        token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
    }

    private func status(
        _ server: HTTPTestServer,
        _ method: String,
        _ path: String,
        as token: String?
    ) async throws -> Int {
        try await server.send(method, path, body: nil, headers: fields(token)).status
    }

    @Test func aJobBelongsToTheTokenThatBeganIt() async throws {
        try await withServer { server in
            let location = try await begin(server, as: Self.owner)
            for (token, expected) in [(Self.colleague, 404), (Self.reader, 403), (nil, 401)] {
                for (method, path) in [
                    ("GET", location), ("GET", "\(location)/events"), ("DELETE", location),
                ] {
                    let found = try await status(server, method, path, as: token)
                    #expect(found == expected, "\(method) \(path)")
                }
            }
            let own = try await server.send(
                "GET",
                "/jobs",
                body: nil,
                headers: fields(Self.owner)
            )
            #expect(own.text.contains(location.split(separator: "/")[1]))
            #expect(!own.text.contains(Self.owner))
            let others = try await server.send(
                "GET",
                "/jobs",
                body: nil,
                headers: fields(Self.colleague)
            )
            #expect(others.text == #"{"jobs":[]}"#)
            #expect(try await status(server, "GET", location, as: Self.owner) == 200)
            #expect(try await status(server, "DELETE", location, as: Self.owner) == 202)
            let events = try await server.send(
                "GET",
                "\(location)/events",
                body: nil,
                headers: fields(Self.owner)
            )
            #expect(events.text.contains("event: done"))
        }
    }

    @Test func callersWithoutATokenSeeTheirJobsAndNoOthers() async throws {
        try await withServer(anonymous: "write anonymous") { server in
            let location = try await begin(server, as: nil)
            #expect(try await status(server, "GET", location, as: nil) == 200)
            #expect(try await status(server, "GET", location, as: Self.owner) == 404)
            #expect(try await status(server, "DELETE", location, as: nil) == 202)
        }
    }

    @Test func aTokenOfTheSameBeginningIsAnother() async throws {
        let store = JobStore()
        let token = Array(Self.owner.utf8)
        let job = try store.start(.data, for: .token(token)) { _ throws(ServiceError) in .null }
        #expect(store.job(job.id, for: .token(token)) === job)
        #expect(store.job(job.id, for: .token(token + token)) == nil)
        #expect(store.job(job.id, for: .token([])) == nil)
        #expect(store.job(job.id, for: .anonymous) == nil)
        #expect(store.job(job.id, for: .everybody) === job)
    }
}
