// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import NIOPosix
import Synchronization
import TestSupport
import Testing

@Suite struct ClientAndServerTests {
    /// What `FakeModel` says about raw columns.
    private func expected(_ columns: ApplicationColumns) -> [Float] {
        (0..<columns.rowCount).map { row in
            let margin = (0..<7).reduce(Float(0)) { sum, column in
                sum + columns.numbers[column * columns.rowCount + row] * Float(column + 1)
            }
            return FakeModel.probability(margin)
        }
    }

    @Test(arguments: [1, 2, 511, 512, 513, 65_536])
    func scoresRawApplications(rowCount: Int) async throws {
        var random = SeededGenerator(seed: UInt64(rowCount))
        let columns = applications(rowCount, &random)
        let response = try await withServer { server in
            try await withClient(server) { client in
                try await client.predict(
                    PredictRequest(model: "m", rows: .applications(columns), outputs: .margins)
                )
            }
        }
        #expect(response.probabilities == expected(columns))
        #expect(response.labels == response.probabilities.map { $0 > 0.5 ? 1 : 0 })
        #expect(response.margins.map(FakeModel.probability) == response.probabilities)
        #expect(response.generation == 3)
    }

    @Test(arguments: [(1, 26), (3, 1), (600, 26), (10_000, 26)])
    func scoresPreparedMatrices(rowCount: Int, featureCount: Int) async throws {
        var matrix = PreparedMatrix(rowCount: rowCount, featureCount: featureCount)
        for index in matrix.values.indices { matrix.values[index] = Float(index % 97) }
        let request = PredictRequest(model: "m", rows: .prepared(matrix))
        let response = try await withServer { server in
            try await withClient(server) { try await $0.predict(request) }
        }
        let margins = (0..<rowCount).map { row in
            (0..<featureCount).reduce(Float(0)) { $0 + matrix.values[$1 * rowCount + row] }
        }
        #expect(response.probabilities == margins.map(FakeModel.probability))
    }

    @Test(arguments: [(30, true), (31, false)])
    func batchesThatAreNotQuickLeaveTheEventLoop(rowCount: Int, isOnLoop: Bool) async throws {
        let wasOnLoop = Mutex<Bool?>(nil)
        var model = FakeModel()
        model.quickRowCount = 30
        model.onBatch = { (_, _) throws(RPCStatus) in
            wasOnLoop.withLock { $0 = MultiThreadedEventLoopGroup.currentEventLoop != nil }
        }
        var random = SeededGenerator(seed: 6)
        let columns = applications(rowCount, &random)
        let response = try await withServer(model: model) { server in
            try await withClient(server) { client in
                try await client.predict(PredictRequest(model: "m", rows: .applications(columns)))
            }
        }
        #expect(response.probabilities == expected(columns))
        #expect(wasOnLoop.withLock { $0 } == isOnLoop)
    }

    @Test func streamsKeepTheirOrder() async throws {
        var random = SeededGenerator(seed: 5)
        // Small ones, and large ones that go to the pool between them.
        let batches = (0..<60).map { applications($0 % 7 == 0 ? 2000 : 1 + $0, &random) }
        let received = Mutex<[PredictResponse]>([])
        try await withServer { server in
            try await withClient(server) { client in
                let requests = AsyncStream<PredictRequest> { source in
                    for columns in batches {
                        source.yield(PredictRequest(model: "m", rows: .applications(columns)))
                    }
                    source.finish()
                }
                try await client.predictStream(requests) { response in
                    received.withLock { $0.append(response) }
                }
            }
        }
        #expect(received.withLock { $0.map(\.probabilities) } == batches.map(expected))
    }

    @Test func manyCallsAtOnceAreAllAnsweredByTheirOwnRows() async throws {
        try await withServer { server in
            try await withClient(server, connections: 4) { client in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<200 {
                        group.addTask {
                            var random = SeededGenerator(seed: UInt64(index))
                            let columns = applications(1 + index % 5, &random)
                            let response = try await client.predict(
                                PredictRequest(model: "m", rows: .applications(columns))
                            )
                            return response.probabilities == expected(columns)
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
            }
        }
    }

    @Test func aFailureNamesItsCode() async throws {
        try await withServer { server in
            try await withClient(server) { client in
                let rows = PredictRequest.Rows.applications(ApplicationColumns(rowCount: 1))
                let request = PredictRequest(model: "absent", rows: rows)
                await #expect(throws: RPCStatus(.notFound, "no such model")) {
                    try await client.predict(request)
                }
            }
        }
    }

    @Test func pingReturnsItsPayload() async throws {
        try await withServer { server in
            try await withClient(server) { client in
                let full = try await client.ping([1, 2, 3])
                let empty = try await client.ping()
                #expect(full == [1, 2, 3])
                #expect(empty == [])
            }
        }
    }

    @Test func aDeadlineEndsAControlCallAndStopsItsWork() async throws {
        try await withServer { server in
            try await withClient(server) { client in
                let start = ContinuousClock.now
                do throws(RPCStatus) {
                    _ = try await client.control(
                        .train,
                        message: [],
                        timeout: .milliseconds(100)
                    )
                    Issue.record("training cannot have finished")
                } catch {
                    #expect(error.code == .deadlineExceeded)
                }
                #expect(ContinuousClock.now - start < .seconds(5))
            }
            #expect(try await keepsNothing(server))
        }
    }

    @Test func drainingAnswersWhatHasBegun() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        var model = FakeModel()
        model.onBatch = { batch, _ in if batch.rowCount > 512 { gate.continuation.yield() } }
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                let columns = ApplicationColumns(rowCount: 60_000)
                async let response = client.predict(
                    PredictRequest(model: "m", rows: .applications(columns))
                )
                for await _ in gate.stream { break }
                await server.drain()
                let count = try await response.probabilities.count
                #expect(count == 60_000)
            }
            #expect(server.connectionCount == 0)
        }
    }
}
