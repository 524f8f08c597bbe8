// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanRPC
import LoanServer
import LoanService
import Logging
import NIOPosix
import Observability
import ServiceLifecycle
import Testing

/// One grammar of values (`docs/values.md`): every case by every transport that can say it gets the
/// same verdict, to the last bit of the probability.
@Suite struct ValueGrammarTests {
    @Test func everyTransportReadsEveryValueAlike() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let model = try await server.service.model(
                ModelReference(
                    model: .local(path: "models"),
                    name: "model.joblib",
                    preprocessor: .local(path: "data")
                )
            )
            try await Self.withRPC(server.service) { client in
                var cells = 0
                for value in ValueCase.all {
                    for transport in ValueTransport.allCases {
                        guard let spelling = value.spellings[transport.form] else { continue }
                        try await Self.check(value, spelling, transport, server, model, client)
                        cells += 1
                    }
                }
                // A case that no transport spells would pass unseen.
                #expect(ValueCase.all.allSatisfy { !$0.spellings.isEmpty })
                #expect(cells > 900)
            }
        }
    }

    private static func check(
        _ value: ValueCase,
        _ spelling: [UInt8],
        _ transport: ValueTransport,
        _ server: HTTPTestServer,
        _ model: ServedModel,
        _ client: RPCClient
    ) async throws {
        let counters = model.metrics.unmatchedCategories(of: value.feature)
        let before = (counters.unknown.value, counters.missing.value)
        let found = try await transport.probability(value, spelling, server, model, client)
        let after = (counters.unknown.value, counters.missing.value)
        let story: Comment = "\(value.testDescription) by \(transport)"
        let isCategory =
            try #require(model.features.first { $0.name == value.feature }).kind
            == .category
        #expect(after.0 - before.0 == (value.verdict == .unknown ? 1 : 0), story)
        let isMissing = isCategory && value.verdict == .missing
        #expect(after.1 - before.1 == (isMissing ? 1 : 0), story)
        let expected = try expected(value, model)
        #expect(found?.bitPattern == expected?.bitPattern, story)
    }

    /// What the core gives for the verdict; nil for a refusal.
    private static func expected(_ value: ValueCase, _ model: ServedModel) throws -> Float? {
        let columns = try zip(model.features, ValueTransport.application).map { feature, cell in
            let isOwn = feature.name == value.feature
            switch (feature.carrier, isOwn ? value.verdict : nil) {
            case (.number, .number(let number)): return CodedApplications.Column.numbers([number])
            case (.number, nil): return .numbers([try #require(Float(cell.value))])
            case (.number, _): return .numbers([.nan])
            case (.code, .category(let name)):
                return .codes([UInt8(try #require(feature.categories.firstIndex(of: name)))])
            case (.code, nil):
                let name = cell.value.replacing("\"", with: "")
                return .codes([UInt8(try #require(feature.categories.firstIndex(of: name)))])
            case (.code, _): return .codes([ServedModel.missingCode])
            }
        }
        guard value.verdict != .refused else { return nil }
        let rows = CodedApplications(rowCount: 1, columns: columns)
        return model.probabilities(of: rows).first
    }

    private static func withRPC(
        _ service: LoanService,
        _ body: (RPCClient) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var configuration = RPCServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        let admission = AdmissionControl(threadCount: 1)
        let listener = RPCListener(
            configuration: configuration,
            service: service,
            admission: admission,
            logger: logger,
            on: MultiThreadedEventLoopGroup.singleton
        ) { continuation.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: listener)], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let client = RPCClient(
                RPCClientConfiguration(host: "127.0.0.1", port: port),
                group: MultiThreadedEventLoopGroup.singleton
            )
            let outcome = await Result { try await body(client) }
            await client.close()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        try await admission.stop()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
