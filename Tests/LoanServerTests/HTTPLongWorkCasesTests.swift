// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanServer
import TestSupport
import Testing

/// Long work that is asked for twice at a time, over raw sockets.
@Suite struct HTTPLongWorkCasesTests {
    private static func post(_ path: String, _ body: String) -> [UInt8] {
        Array(
            """
            POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
            Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8
        )
    }

    private static func data(seed: Int, to target: String) -> String {
        """
        {"backend": "local", "local_path": "applications.csv", "target_path": "\(target)",
         "size": 40000, "seed": \(seed)}
        """
    }

    private static func status(_ text: String) -> Int {
        Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
    }

    private func converse(_ server: HTTPTestServer, _ bytes: [UInt8]) async throws -> String {
        try await RawConnection.converse(port: server.port, [.send(bytes)], limit: .seconds(120))
    }

    /// The matrices of a folder.
    private func matrices(_ server: HTTPTestServer, _ folder: String) throws -> [Data] {
        try ["Xtrain", "Xtest", "ytrain", "ytest"].map { name in
            let path = "\(folder)/\(name).npy"
            return try Data(contentsOf: server.storage.url.appendingPathComponent(path))
        }
    }

    private func withApplications(_ body: (HTTPTestServer) async throws -> Void) async throws {
        try await HTTPTestServer.with { server in
            let csv = SampleApplications(rows: 2_000, seed: 4).csv()
            try Data(csv).write(to: server.storage.url.appendingPathComponent("applications.csv"))
            try await body(server)
        }
    }

    @Test("H29: of two trainings at a time, one is asked to come back")
    func ofTwoTrainingsOneIsAskedToComeBack() async throws {
        try await withApplications { server in
            let data = try await converse(
                server,
                Self.post("/data", Self.data(seed: 1, to: "data"))
            )
            try #require(Self.status(data) == 200)
            // Rounds that outlast the test, were it not cancelled.
            let train = Self.post(
                "/train",
                """
                {"backend": "local", "local_data_path": "data", "local_model_path": "models",
                 "model_name": "model.joblib", "parameters": {"rounds": 10000, "max_depth": 3}}
                """
            )
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<2 { group.addTask { try await converse(server, train) } }
                let first = try #require(try await group.next())
                let jobs = try await server.get("/jobs").text
                let job = try #require(jobs.firstMatch(of: /"id":"([^"]+)","kind":"train"/)?.1)
                let cancelled = try await server.send("DELETE", "/jobs/\(job)", body: nil)
                #expect(cancelled.status == 202)
                let second = try #require(try await group.next())
                return [first, second]
            }
            #expect(Self.status(answers[0]) == 429)
            #expect(answers[0].contains("\r\nretry-after: 10\r\n"))
            #expect(Self.status(answers[1]) == 499)
        }
    }

    @Test("H29: two preparations of one target do not mix their files")
    func twoPreparationsOfOneTargetDoNotMixTheirFiles() async throws {
        try await withApplications { server in
            for seed in 1...2 {
                let text = try await converse(
                    server,
                    Self.post("/data", Self.data(seed: seed, to: "pure-\(seed)"))
                )
                try #require(Self.status(text) == 200)
            }
            let pure = try (1...2).map { try matrices(server, "pure-\($0)") }
            try #require(pure[0] != pure[1])
            for _ in 0..<5 {
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for seed in 1...2 {
                        let call = Self.post("/data", Self.data(seed: seed, to: "shared"))
                        group.addTask { Self.status(try await converse(server, call)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // One may have ended before the other came.
                #expect(statuses.contains(200) && statuses.allSatisfy { [200, 429].contains($0) })
                #expect(pure.contains(try matrices(server, "shared")))
            }
        }
    }
}
