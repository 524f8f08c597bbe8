// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Synchronization
import Testing

/// How often a client asks again: retries must not keep a server in trouble where it is.
@Suite struct RetryBudgetTests {
    /// A server whose model refuses while it is asked to, and how often it was asked.
    private final class Refusing: Sendable {
        let refusal: Mutex<RPCStatus?>
        let asked = Mutex(0)

        init(_ refusal: RPCStatus?) { self.refusal = Mutex(refusal) }

        func answer() throws(RPCStatus) {
            asked.withLock { $0 += 1 }
            if let status = refusal.withLock({ $0 }) { throw status }
        }

        /// Makes calls one after the other.
        /// - Returns: how often the model was asked for them.
        func attempts(of calls: Int, by client: RPCClient) async -> Int {
            let before = asked.withLock { $0 }
            for _ in 0..<calls {
                let rows = PredictRequest.Rows.applications(ApplicationColumns(rowCount: 1))
                _ = try? await client.predict(PredictRequest(model: "m", rows: rows))
            }
            return asked.withLock { $0 } - before
        }
    }

    private static let full = RPCStatus(.resourceExhausted, "no room", isNotStarted: true)

    private func withRefusing(
        _ refusal: RPCStatus?,
        _ body: (Refusing, RPCClient) async throws -> Void
    ) async throws {
        let refusing = Refusing(refusal)
        let model = FakeModel(onBatch: { _, _ throws(RPCStatus) in try refusing.answer() })
        try await withServer(model: model) { server in
            try await withClient(server) { client in try await body(refusing, client) }
        }
    }

    @Test("O03: of calls that are all refused, ten are sent again")
    func aServerInTroubleIsNotAskedEverMoreOften() async throws {
        try await withRefusing(Self.full) { refusing, client in
            #expect(await refusing.attempts(of: 60, by: client) == 70)
            #expect(await refusing.attempts(of: 60, by: client) == 60)
        }
    }

    @Test("O03: a tenth of the calls that succeed may be sent again later")
    func everyTenSuccessesPayForOneRetry() async throws {
        try await withRefusing(Self.full) { refusing, client in
            _ = await refusing.attempts(of: 60, by: client)
            refusing.refusal.withLock { $0 = nil }
            #expect(await refusing.attempts(of: 39, by: client) == 39)
            refusing.refusal.withLock { $0 = Self.full }
            #expect(await refusing.attempts(of: 20, by: client) == 23)
        }
    }

    @Test func noMoreThanTenRetriesAreSavedUp() async throws {
        try await withRefusing(nil) { refusing, client in
            #expect(await refusing.attempts(of: 150, by: client) == 150)
            refusing.refusal.withLock { $0 = Self.full }
            #expect(await refusing.attempts(of: 60, by: client) == 70)
        }
    }

    @Test func oneCallIsSentThreeTimesAtMost() async throws {
        try await withRefusing(Self.full) { refusing, client in
            #expect(await refusing.attempts(of: 1, by: client) == 3)
        }
    }

    @Test func whatMayHaveBegunIsNotSentAgain() async throws {
        try await withRefusing(RPCStatus(.unavailable, "lost")) { refusing, client in
            #expect(await refusing.attempts(of: 5, by: client) == 5)
        }
    }
}
