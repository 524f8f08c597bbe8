// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Synchronization
import TestSupport
import Testing

/// Answers that something else has a say in: calls of a batch that are refused alone, answers that
/// wait, and which call is which.
@Suite struct WatchedAnswerTests {
    /// Refuses every third call, and has answers wait.
    private final class Watched: PredictHandler {
        let quickRowCount: Int
        private let numbers = Atomic<UInt64>(0)
        private let tickets = Atomic<UInt64>(0)
        private let settledCount = Atomic(0)
        private let seen = Mutex<[PredictBatch.Call]>([])
        private let waits: Bool
        private let refuses: Bool

        init(waits: Bool = false, refuses: Bool = false) {
            self.waits = waits
            self.refuses = refuses
            quickRowCount = waits ? 0 : .max
        }

        var calls: [PredictBatch.Call] { seen.withLock { $0 } }
        var settled: Int { settledCount.load(ordering: .relaxed) }

        func nextCallNumber() -> UInt64 { numbers.add(1, ordering: .relaxed).newValue }

        func predict(
            _ batch: borrowing PredictBatch,
            with model: Void,
            into scores: inout PredictScores,
            until stop: StopSignal
        ) throws(RPCStatus) {
            let calls = batch.calls
            seen.withLock { $0 += calls }
            scores.withProbabilities { target in target.update(repeating: 0.25) }
            if waits { scores.ticket = tickets.add(1, ordering: .relaxed).newValue }
            guard refuses else { return }
            for (index, call) in calls.enumerated() where call.number % 3 == 0 {
                let status = RPCStatus(.unavailable, "call \(call.number) is refused")
                guard calls.count > 1 else { throw status }
                scores.refuse(call: index, status)
            }
        }

        func settle(_ ticket: UInt64, _ done: @escaping @Sendable (RPCStatus?) -> Void) {
            settledCount.add(1, ordering: .relaxed)
            done(ticket % 2 == 0 ? RPCStatus(.unavailable, "the disk is late") : nil)
        }
    }

    private static func request(rows: Int) -> PredictRequest {
        PredictRequest(model: "m", rows: .applications(ApplicationColumns(rowCount: rows)))
    }

    @Test func callsOfABatchAreRefusedAlone() async throws {
        let model = Watched(refuses: true)
        let count = 30
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                // Calls that come together share the connection of one before them.
                _ = try await client.ping()
                let codes = await withTaskGroup(of: StatusCode.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            do throws(RPCStatus) {
                                _ = try await client.predict(Self.request(rows: 1))
                                return .ok
                            } catch {
                                return error.code
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                let refused = model.calls.filter { $0.number % 3 == 0 }.count
                // A busy machine may have others refused before they are scored.
                #expect(codes.filter { $0 == .unavailable }.count == refused)
                #expect(codes.filter { $0 == .ok }.count == model.calls.count - refused)
                #expect(refused > 0)
            }
        }
        // Each is scored once: a refused one does not have the others scored again.
        #expect(Set(model.calls.map(\.number)).count == model.calls.count)
    }

    @Test func anAnswerWaitsForItsTicket() async throws {
        let model = Watched(waits: true)
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                let answer = try await client.predict(Self.request(rows: 2))
                #expect(answer.probabilities == [0.25, 0.25])
                await #expect(throws: RPCStatus(.unavailable, "the disk is late")) {
                    _ = try await client.predict(Self.request(rows: 1))
                }
            }
        }
        #expect(model.settled == 2)
    }

    @Test func batchesOfAStreamAreOneCall() async throws {
        let model = Watched()
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                let (requests, source) = AsyncStream.makeStream(of: PredictRequest.self)
                for rows in [2, 1, 4] { source.yield(Self.request(rows: rows)) }
                source.finish()
                try await client.predictStream(requests) { _ in }
            }
        }
        #expect(model.calls.map(\.firstRow) == [0, 2, 3])
        #expect(model.calls.map(\.rowCount) == [2, 1, 4])
        #expect(Set(model.calls.map(\.number)).count == 1)
    }
}
