// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import Logging
import Machine
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

/// One service with real HTTP and RPC servers on free ports, and a client for each.
struct BothTransports {
    let http: HTTPTestServer
    let rpc: RPCClient

    var service: LoanService { http.service }
    var storage: TemporaryFolder { http.storage }

    /// Serves while `body` runs, then shuts down in order.
    static func with(
        storage configuration: StorageConfiguration = .init(),
        memory: MemoryBudget = .ofControlGroup(),
        jobs: JobLimits = JobLimits(),
        record: RecordSettings? = nil,
        _ body: (BothTransports) async throws -> Void
    ) async throws {
        let storage = try TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try LoanService(
            storageRoot: storage.url.path,
            environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            threadCount: 2,
            memory: memory,
            storage: configuration,
            record: record,
            logger: logger
        )
        let admission = AdmissionControl(threadCount: 1)
        let (httpPorts, httpPort) = AsyncStream.makeStream(of: Int.self)
        let (rpcPorts, rpcPort) = AsyncStream.makeStream(of: Int.self)
        let http = HTTPApplication(service: service, jobs: jobs, logger: logger)
            .listener(host: "127.0.0.1", port: 0, on: MultiThreadedEventLoopGroup.singleton) {
                httpPort.yield($0.port)
            }
        var rpc = RPCServerConfiguration()
        rpc.host = "127.0.0.1"
        rpc.port = 0
        let listener = RPCListener(
            configuration: rpc,
            service: service,
            admission: admission,
            logger: logger,
            on: MultiThreadedEventLoopGroup.singleton
        ) { rpcPort.yield($0) }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: http), .init(service: listener)],
                logger: logger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await httpPorts.first { _ in true })
            let client = RPCClient(
                RPCClientConfiguration(
                    host: "127.0.0.1",
                    port: try #require(await rpcPorts.first { _ in true })
                ),
                group: MultiThreadedEventLoopGroup.singleton
            )
            let server = HTTPTestServer(port: port, storage: storage, service: service)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(BothTransports(http: server, rpc: client)))
            } catch {
                outcome = .failure(error)
            }
            await client.close()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        try await admission.stop()
        await service.stopRecord()
    }

    /// Puts invented applications into the storage root.
    func writeApplications(rows: Int = 2_000, seed: UInt64 = 4) throws {
        let csv = SampleApplications(rows: rows, seed: seed).csv()
        try Data(csv).write(to: storage.url.appendingPathComponent("applications.csv"))
    }
}

/// What calls the operations.
enum Transport: CaseIterable { case http, rpc }

/// How an operation ended, in words that both transports share.
enum Ending: Equatable {
    case done(warnings: [String])
    case refused(Refusal, message: String)

    enum Refusal { case invalid, missing, forbidden, conflict, exhausted, cancelled, unavailable }

    var refusal: Refusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }
    var warnings: [String]? {
        if case .done(let warnings) = self { warnings } else { nil }
    }
}

extension Ending {
    init(http answer: HTTPTestServer.Answer) throws {
        try self.init(status: answer.status, body: answer.json())
    }

    init(status: Int, body: JSONValue) throws {
        guard status != 200 else {
            var warnings: [String] = []
            if case .array(let list)? = body.object?["warnings"] {
                warnings = list.compactMap { if case .string(let text) = $0 { text } else { nil } }
                #expect(!warnings.isEmpty, "the member is there for nothing")
            }
            self = .done(warnings: warnings)
            return
        }
        let refusals: [Int: Refusal] = [
            400: .invalid, 422: .invalid, 404: .missing, 403: .forbidden, 409: .conflict,
            413: .exhausted, 429: .exhausted, 499: .cancelled, 503: .unavailable,
        ]
        var message = ""
        if case .array(let details)? = body.object?["detail"],
            case .string(let text)? = details.first?.object?["msg"]
        {
            message = text
        } else if case .string(let text)? = body.object?["error"] {
            message = text
        }
        self = .refused(try #require(refusals[status], "HTTP \(status)"), message: message)
    }

    init(rpc status: RPCStatus) throws {
        let refusals: [(StatusCode, Refusal)] = [
            (.invalidArgument, .invalid), (.notFound, .missing), (.permissionDenied, .forbidden),
            (.failedPrecondition, .conflict), (.dataLoss, .conflict),
            (.resourceExhausted, .exhausted),
            (.cancelled, .cancelled), (.unavailable, .unavailable),
        ]
        let refusal = refusals.first { $0.0 == status.code }?.1
        self = .refused(try #require(refusal, "RPC \(status.code)"), message: status.message)
    }
}
