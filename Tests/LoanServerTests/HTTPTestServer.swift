// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import FoundationNetworking
import HTTPServer
import JSON
import LoanServer
import LoanService
import Logging
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

/// A real server on a free port over a fresh storage root, and a client for it.
struct HTTPTestServer {
    let port: Int
    let storage: TemporaryFolder
    let service: LoanService

    /// What a call got.
    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        func json() throws -> JSONValue { try JSONParser.parse(Array(body)) }
    }

    /// Serves while `body` runs, then shuts down in order.
    static func with(
        environment: [String: String] = ["AWS_EC2_METADATA_DISABLED": "true"],
        limits: HTTPLimits = HTTPLimits(),
        jobs: JobLimits = JobLimits(),
        admission: AdmissionControl? = nil,
        security: Security? = nil,
        record: RecordSettings? = nil,
        _ body: (HTTPTestServer) async throws -> Void
    ) async throws {
        let storage = try TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try LoanService(
            storageRoot: storage.url.path,
            environment: environment,
            threadCount: 2,
            record: record,
            logger: logger
        )
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let listener = HTTPApplication(
            service: service,
            limits: limits,
            admission: admission,
            jobs: jobs,
            security: security,
            logger: logger
        ).listener(
            host: "127.0.0.1",
            port: 0,
            on: MultiThreadedEventLoopGroup.singleton
        ) { server in
            continuation.yield(server.port)
        }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: listener)], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            do {
                try await body(HTTPTestServer(port: port, storage: storage, service: service))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await service.stopRecord()
    }

    func get(_ path: String) async throws -> Answer {
        try await send("GET", path, body: nil)
    }

    func post(
        _ path: String,
        _ json: String,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send("POST", path, body: Data(json.utf8), headers: headers)
    }

    func send(
        _ method: String,
        _ path: String,
        body: Data?,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
        var request = URLRequest(url: url, timeoutInterval: 120)
        request.httpMethod = method
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        let headers = http.allHeaderFields.reduce(into: [String: String]()) { headers, field in
            headers["\(field.key)".lowercased()] = "\(field.value)"
        }
        return Answer(status: http.statusCode, headers: headers, body: data)
    }
}
